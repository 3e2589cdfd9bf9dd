import { describe, expect, it } from 'vitest';
import { CONFIG_KEYS, ConfigInvalid, readConfig, secretFileOf, serverSettingsOf } from '../../src/config.js';

const faultsOf = (environment: { readonly [name: string]: string }): readonly string[] => {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.faults;
    throw error;
  }
};

describe('the settings', () => {
  it('are all optional, and safe where nothing is set', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ host: '127.0.0.1', port: 7337, data: './data', sandbox: false, logLevel: 'info', jwksUrl: undefined });
    expect(secretFileOf(config)).toBe('data/token-secret');
  });

  it.each(CONFIG_KEYS.map((key) => [key.env, key] as const))('%s has a meaning, a unit and a default that it takes itself', (_, key) => {
    expect(key.env).toMatch(/^REDRESS_[A-Z_]+$/);
    expect([key.meaning, key.unit]).not.toContain('');
    expect(faultsOf({ [key.env]: key.byDefault })).toEqual([]);
  });

  it('have names of their own', () => {
    const names = CONFIG_KEYS.map(({ env }) => env);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    [{ REDRESS_PORT: '70000' }, /^REDRESS_PORT: /],
    [{ REDRESS_PORT: '7e3' }, /^REDRESS_PORT: /],
    [{ REDRESS_PORT: '-1' }, /^REDRESS_PORT: /],
    [{ REDRESS_SANDBOX: 'maybe' }, /^REDRESS_SANDBOX: /],
    [{ REDRESS_LOG: 'loud' }, /^REDRESS_LOG: /],
    [{ REDRESS_BODY_LIMIT: '1MB' }, /^REDRESS_BODY_LIMIT: /],
    [{ REDRESS_GATEWAY_URL: 'payments.example.com' }, /^REDRESS_GATEWAY_URL: expected https/],
    [{ REDRESS_GATEWAY_URL: 'http://payments.example.com' }, /^REDRESS_GATEWAY_URL: expected https/],
    [{ REDRESS_GATEWAY_TIMEOUT: '60000' }, /^REDRESS_GATEWAY_TIMEOUT: /],
    [{ REDRESS_PROT: '1' }, /^REDRESS_PROT: there is no such setting$/],
    [{ REDRESS_JWKS_URL: 'https://a.example/keys' }, /needs REDRESS_JWT_ISSUER and REDRESS_JWT_AUDIENCE/],
    [{ REDRESS_JWKS_URL: 'keys', REDRESS_JWT_ISSUER: 'i', REDRESS_JWT_AUDIENCE: 'a' }, /^REDRESS_JWKS_URL: expected a URL$/],
    [{ REDRESS_JWT_ALGORITHMS: 'RS256,HS256' }, /public keys only/],
  ])('%j is refused', (environment, fault) => {
    const faults = faultsOf(environment);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  });

  it.each(['https://pay.example.com/redress', 'http://127.0.0.1:9000', 'http://localhost', 'http://[::1]:9000'])(
    'take %s for a gateway',
    (url) => {
      expect(readConfig({ REDRESS_GATEWAY_URL: url }).gatewayUrl).toBe(url);
    },
  );

  it('name every fault at once', () => {
    expect(faultsOf({ REDRESS_PORT: 'x', REDRESS_LOG: 'y', REDRESS_Z: 'z' })).toHaveLength(3);
  });

  it('leave other names alone', () => {
    expect(faultsOf({ PATH: '/bin', npm_config_x: '1' })).toEqual([]);
  });

  it('give the edge its rates, with a burst of twice as many', () => {
    const settings = serverSettingsOf(readConfig({ REDRESS_RATE_USER: '7', REDRESS_RATE_PLATFORM: '0' }));
    expect(settings.rates.user).toEqual({ perSecond: 7, burst: 14 });
    expect(settings.rates.platform).toEqual({ perSecond: 0, burst: 0 });
  });
});
