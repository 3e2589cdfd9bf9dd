import { z } from 'zod';
import { CliFailure, EXIT } from './failure.js';

const problem = z.object({ code: z.string(), detail: z.string() });

/** Asks a running service to do something, and gives its answer; what it refuses is thrown as `CliFailure`. */
export async function postJson(url: string, path: string, token: string, body: object): Promise<unknown> {
  if (!(/^https?:/.test(url) && URL.canParse(url))) throw new CliFailure(`${url} is no address of a service.`, EXIT.usage);
  const response = await send(`${url.replace(/(?<!\/)\/+$/, '')}${path}`, token, JSON.stringify(body));
  const text = await response.text();
  const answer = jsonOf(text);
  if (response.ok && answer !== undefined) return answer;
  const refused = problem.safeParse(answer);
  if (refused.success) throw new CliFailure(`The service refuses with ${refused.data.code}: ${refused.data.detail}`);
  throw new CliFailure(`${url} answers ${response.status}, and not as Redress does.`);
}

async function send(url: string, token: string, body: string): Promise<Response> {
  try {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return await fetch(url, { method: 'POST', headers, body });
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new CliFailure(`${url} cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
