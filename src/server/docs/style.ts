/** How the page looks: light or dark as the reader's system says. */
export const STYLE = `
:root{--ink:#1c2430;--soft:#5b6778;--line:#e3e7ed;--back:#fff;--panel:#f6f8fa;--accent:#0f6e84;--get:#1f7a4d;--post:#1d5fbf;--put:#9a5b00;--bad:#b3261e;--code:#0b3d4a}
@media(prefers-color-scheme:dark){:root{--ink:#e4e9f0;--soft:#9aa6b6;--line:#2b3441;--back:#11161d;--panel:#1a212b;--accent:#5cc3d8;--get:#5fc894;--post:#7fb0ff;--put:#e3ab55;--bad:#ff8a80;--code:#a5e1ee}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem}
body{margin:0;display:grid;grid-template-columns:19rem minmax(0,1fr);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:var(--ink);background:var(--back)}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;padding:1.25rem .75rem;background:var(--panel);border-right:1px solid var(--line);font-size:13.5px}
nav a{color:inherit;text-decoration:none}
nav .brand{display:block;padding:0 .5rem 1rem;font-size:1.25rem;font-weight:650}
nav .brand small{margin-left:.5rem;font-size:.75rem;font-weight:400;color:var(--soft)}
nav details>summary,nav .alone{display:flex;justify-content:space-between;padding:.3rem .5rem;border-radius:6px;cursor:pointer;font-weight:550;list-style:none}
nav summary::-webkit-details-marker{display:none}
nav summary:hover,nav .alone:hover,nav .op:hover{background:var(--line)}
nav i{font-style:normal;font-weight:400;color:var(--soft)}
nav .op{display:flex;gap:.5rem;padding:.15rem .5rem .15rem .75rem;border-radius:6px;align-items:baseline}
nav .op span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12px;direction:rtl;text-align:left}
nav .op b{font-size:10px;width:2.2rem;flex:none}
main{padding:2rem clamp(1rem,4vw,3.5rem) 6rem;max-width:76rem}
h1{font-size:2.1rem;margin:0}
h2{margin:3rem 0 0;font-size:1.45rem}
h4{margin:1.4rem 0 .4rem;font-size:.8rem;text-transform:uppercase;letter-spacing:.05em;color:var(--soft)}
h4 code{text-transform:none;letter-spacing:0}
p{margin:.45rem 0}
.lead{color:var(--soft);font-size:1.02rem}
code,pre,var{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.88em;font-style:normal}
code{color:var(--code)}
pre{margin:.5rem 0;padding:.8rem 1rem;background:var(--panel);border:1px solid var(--line);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.5}
.answer a{color:var(--accent)}
b.get,b.post,b.put{text-transform:uppercase;font-weight:700;letter-spacing:.02em}
b.get{color:var(--get)}b.post{color:var(--post)}b.put{color:var(--put)}
.operation{margin:.6rem 0;border:1px solid var(--line);border-radius:9px;background:var(--back)}
.operation>summary{display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:baseline;padding:.6rem .9rem;cursor:pointer;list-style:none}
.operation>summary::-webkit-details-marker{display:none}
.operation>summary b{width:2.6rem;font-size:.78rem}
.operation>summary code{color:var(--ink);font-size:.93em}
.operation>summary var{color:var(--accent)}
.operation>summary span{color:var(--soft)}
.operation>summary em{margin-left:auto;font-style:normal;font-size:.75rem;color:var(--accent);border:1px solid var(--line);border-radius:99px;padding:.05rem .6rem}
.operation[open]>summary{border-bottom:1px solid var(--line);background:var(--panel);border-radius:9px 9px 0 0}
.operation:target{outline:2px solid var(--accent)}
.inside{padding:.6rem 1rem 1rem}
table{width:100%;border-collapse:collapse;font-size:.93em}
th{text-align:left;color:var(--soft);font-weight:550}
td,th{padding:.35rem .7rem .35rem 0;border-top:1px solid var(--line);vertical-align:top}
td:first-child{white-space:nowrap}
td.type{color:var(--soft);max-width:22rem}
tr:target{background:var(--panel);outline:2px solid var(--accent)}
sup{color:var(--bad);margin-left:.15rem}
td details>summary,.answer details>summary{cursor:pointer;color:var(--accent);font-size:.9em}
.answer{display:grid;grid-template-columns:3.2rem 1fr;gap:.5rem;padding:.35rem 0;border-top:1px solid var(--line)}
.answer ul{margin:0;padding:0;list-style:none;font-size:.93em}
.answer p{margin:0}
.status{font-variant-numeric:tabular-nums}
.s2{color:var(--get)}.s4{color:var(--put)}.s5{color:var(--bad)}
.or{color:var(--soft);font-size:.85em;margin:.2rem 0}
@media(max-width:60rem){body{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}.operation>summary em{margin-left:0}}
`;
