/** The environment without settings of a service that somebody runs beside this. */
export const ordinaryEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REDRESS_')));
