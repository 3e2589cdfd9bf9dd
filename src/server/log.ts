import { type DestinationStream, type Logger, pino } from 'pino';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Names under which something secret or personal might come along; their values never reach the log. */
const SECRET = [
  'authorization',
  'token',
  'secret',
  'idempotencyKey',
  'body',
  'buyerUid',
  'name',
  'phone',
  'email',
  'street',
  'remark',
  'text',
  'account',
];

/**
 * The JSON log. It is told operations, codes, ids of requests and counts; bodies, tokens, keys and names of
 * people are not given to it, and would be blanked if they were.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: '[removed]' },
      serializers: { error: faultOf },
    },
    destination ?? pino.destination({ sync: false }),
  );
}

/** An error without its message, which may hold what a caller sent: its kind, its code and where it was thrown. */
function faultOf(error: unknown) {
  if (!(error instanceof Error)) return { kind: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { kind: error.name, ...('code' in error ? { code: String(error.code) } : {}), at: frames.slice(0, 12).map((line) => line.trim()) };
}
