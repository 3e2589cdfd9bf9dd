import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endpointOf, send } from '../server/calls.js';
import { world } from '../server/world.js';
import { ROOT, sourceFiles } from '../tidy/sourceFiles.js';
import { named, OPERATIONS } from './document.js';

/** What the sources do not do at all. */

const sources = sourceFiles().filter(({ path }) => path.startsWith('src/'));
const serving = sources.filter(({ path }) => !/^src\/(?:cli|load|sim)\b/.test(path));
const placesOf = (pattern: RegExp): string[] => serving.filter(({ code }) => pattern.test(code)).map(({ path }) => path);

describe('the sources of the service', () => {
  it('reach the outside from no place that a request could steer', () => {
    expect(placesOf(/\bfetch\s*\(|\bhttps?\.(?:get|request)\b|\bcreateConnection\b|\bnew WebSocket\b/)).toEqual([
      // asks for money at the one address that the settings name
      'src/partners/http/gateway.ts',
    ]);
    expect(
      serving
        .filter(({ strings }) => /\bnode:(?:https|http2|dgram|dns|tls|child_process|vm|repl|inspector)\b/.test(strings))
        .map(({ path }) => path),
    ).toEqual([]);
    expect(placesOf(/\bcreateRemoteJWKSet\s*\(/)).toEqual(['src/server/sessions.ts']);
  });

  it('run no text as code', () => {
    expect(placesOf(/\beval\s*\(|\bnew Function\s*\(|\brequire\s*\(|\bimport\s*\((?!\s*['"])/)).toEqual([]);
  });

  it('read files of no name that a request gave', () => {
    const inServer = serving.filter(({ path }) => path.startsWith('src/server/'));
    expect(
      inServer
        .filter(({ strings }) => strings.includes('node:fs'))
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['src/server/madeOnce.ts', 'src/server/partners.ts', 'src/server/tokens.ts']);
  });
});

describe('an answer', () => {
  const shared = world();
  it.each(named(OPERATIONS))('of $name lets no page of another origin read it, and sets no cookie', async ({ operation }) => {
    const endpoint = endpointOf(shared, operation.operationId);
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST', 'sec-fetch-site': 'cross-site' };
    for (const sending of [{ headers }, { headers, token: undefined }, { headers, method: 'OPTIONS', raw: '' }]) {
      const response = await send(shared, endpoint, sending);
      await response.body?.cancel();
      const names = [...response.headers.keys()].filter((name) => name.startsWith('access-control-') || name === 'set-cookie');
      expect(names).toEqual([]);
    }
  });
});

describe('the packages that are shipped', () => {
  interface Locked {
    readonly version: string;
    readonly integrity?: string;
    readonly dev?: boolean;
    readonly optional?: boolean;
    readonly hasInstallScript?: boolean;
    readonly deprecated?: string;
  }
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly dependencies: Record<string, string>;
    readonly devDependencies: Record<string, string>;
    readonly allowScripts: Record<string, boolean>;
  };
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { readonly packages: Record<string, Locked> };
  const shipped = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && dev !== true);

  it('are pinned, hashed, and run no script but one', () => {
    const asked = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(asked.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(shipped.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true).map(([path]) => path)).toEqual([]);
    expect(shipped.filter(([, { deprecated }]) => deprecated !== undefined).map(([path]) => path)).toEqual([]);
    const scripts = shipped
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.replace('node_modules/', ''));
    expect(scripts).toEqual(Object.keys(manifest.allowScripts));
  });
});
