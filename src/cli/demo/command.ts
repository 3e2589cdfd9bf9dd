import { Command } from 'commander';
import type { Terminal } from '../terminal.js';
import { narrator } from './narrator.js';
import { openStage } from './stage.js';
import { tellArbitration, tellFirstRefund, tellRace, tellSplit } from './story.js';
import { tellSums } from './sums.js';

const HELP = `
Nothing is written and nothing is listened on: the story runs through the shipped core on data in memory,
with a clock of its own, and is the same each time.

Example:
  redress demo`;

/** `redress demo`: one order's whole story. */
export function demoCommand(terminal: Terminal): Command {
  return new Command('demo')
    .description('tell one order’s whole story: a split, a race for the last piece, an arbitration')
    .addHelpText('after', HELP)
    .action(() => tell(terminal));
}

async function tell(terminal: Terminal): Promise<void> {
  const stage = await openStage('fashion-three-promotions.json');
  try {
    const told = narrator(terminal);
    told.say('One order, from what was paid to the last cent: every step below goes through the host that serves the API.');
    await tellSplit(stage, told);
    const first = await tellFirstRefund(stage, told);
    const won = await tellRace(stage, told);
    const ruled = await tellArbitration(stage, won, told);
    tellSums(await stage.read(), [first, ruled], told, terminal.style);
  } finally {
    await stage.close();
  }
}
