import { randomUUID } from 'node:crypto';

const ACCEPTED = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's own request id where it is harmless in logs and headers, else a new one. */
export const requestIdOf = (given: string | undefined): string => (given !== undefined && ACCEPTED.test(given) ? given : randomUUID());
