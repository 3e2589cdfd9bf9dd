export const renderDocs = (document: object): string => `<pre>${Object.keys(document).length}</pre>`;
