import type { Currency } from './order.js';
import { type Refusal, refuse } from './refusals.js';

/** Active codes of ISO 4217 by their number of decimals. Those with four (CLF, UYW) and without any unit (XAU, XDR) are not taken. */
const CODES: Readonly<Record<Currency['exponent'], string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
    COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR
    IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD
    NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP
    SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const CURRENCIES: ReadonlyMap<string, Currency> = new Map(
  ([0, 2, 3] as const).flatMap((exponent) => CODES[exponent].split(/\s+/).map((code) => [code, { code, exponent }])),
);

/**
 * The currency of an ISO 4217 code (upper case), with its number of decimals.
 * Refuses with `order.currencyUnknown` what is no active code with 0, 2 or 3 decimals.
 */
export function currencyOf(code: string): Currency | Refusal {
  const currency = CURRENCIES.get(code);
  if (currency !== undefined) return currency;
  return refuse('order.currencyUnknown', `${JSON.stringify(code)} is not a currency of ISO 4217 with 0, 2 or 3 decimals.`, {
    facts: { currency: code },
  });
}

/** Every currency that orders may be in. */
export const currencies = (): readonly Currency[] => [...CURRENCIES.values()];
