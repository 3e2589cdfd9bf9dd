import { Option } from 'commander';
import { CONFIG_KEYS, type Config, readConfig } from '../config.js';
import type { Terminal } from './terminal.js';

/** Options that stand for a setting of the environment, and win over it. */
export interface SettingOptions {
  readonly data?: string;
  readonly host?: string;
  readonly port?: string;
  readonly sandbox?: boolean;
}

const NAMES = { data: 'REDRESS_DATA', host: 'REDRESS_HOST', port: 'REDRESS_PORT', sandbox: 'REDRESS_SANDBOX' } as const;

/** The settings as environment and options give them. Throws `ConfigInvalid`. */
export function settingsOf(terminal: Pick<Terminal, 'environment'>, options: SettingOptions): Config {
  const given = { ...terminal.environment };
  for (const [option, name] of Object.entries(NAMES) as [keyof typeof NAMES, string][]) {
    const value = options[option];
    if (value !== undefined) given[name] = value === true ? 'yes' : String(value);
  }
  return readConfig(given);
}

/** An option with the default that the configuration has. */
function settingOption(flags: string, what: string, env: string): Option {
  const key = CONFIG_KEYS.find((candidate) => candidate.env === env);
  return new Option(flags, `${what} (${env}; ${key?.byDefault ?? ''} where nothing is set)`);
}

/** `--data`, else the setting of that name. */
export const dataOption = (): Option => settingOption('--data <directory>', 'where the data is kept', NAMES.data);
/** `--host`, else the setting of that name. */
export const hostOption = (): Option => settingOption('--host <address>', 'address to listen on', NAMES.host);
/** `--port`, else the setting of that name. */
export const portOption = (): Option => settingOption('--port <number>', 'port to listen on, 0 for any free one', NAMES.port);
