import { expect, it } from 'vitest';
import { bareTransitions } from '../../src/machines/ordinaryLife.js';
import { shippedTemplate } from '../../src/store/shippedTemplates.js';

it('the bare transitions are steps that the chart takes, under a template whose money goes out on receipt', () => {
  const transition = bareTransitions(shippedTemplate('merchant-first'));
  for (let i = 0; i < 12; i += 1) expect(() => transition()).not.toThrow();
  expect(shippedTemplate('electronics').payWhen).toBe('inspection');
  expect(() => bareTransitions(shippedTemplate('electronics'))).toThrow('takes no payout.paid');
});
