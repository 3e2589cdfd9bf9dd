import { runCli } from './cli/run.js';
import { processTerminal } from './cli/terminal.js';

// Run on import: `bin/redress` imports this file once `dist/` is fresh.
process.exitCode = await runCli(process.argv.slice(2), processTerminal(process));
// A failed start may leave a thread or a listener behind that nothing waits for.
if (process.exitCode !== 0) process.exit();
