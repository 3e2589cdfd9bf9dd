import { defineConfig } from 'vitest/config';
import { scale } from './test/scale.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', './scripts/closingReporter.mjs'],
    allowOnly: false,
    // A bound against hanging, not a measure of speed: two cores may be shared with anything.
    testTimeout: 60_000 * scale,
    hookTimeout: 60_000 * scale,
  },
});
