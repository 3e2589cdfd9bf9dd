const SLOWEST = 10;

/**
 * Ends a run with the ten slowest tests and one line for people and programs alike:
 * `N passed, N failed, N skipped`. A file that cannot be loaded and an error outside of any test count
 * as a failure each. A run in which no test ran fails.
 */
export default class ClosingReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    /** @param {string} state */
    const count = (state) => tests.filter((test) => test.result().state === state).length;
    const brokenSuites = modules.flatMap((module) => [module, ...module.children.allSuites()]).filter((suite) => suite.errors().length > 0);
    const passed = count('passed');
    const failed = count('failed') + brokenSuites.length + unhandledErrors.length;
    // What is neither passed nor failed did not run, whatever kept it from running.
    const skipped = tests.length - passed - count('failed');
    if (passed + failed === 0) {
      process.stdout.write('No test ran, which is a failure.\n');
      process.exitCode = 1;
    }
    if (failed > 0) process.exitCode = 1;

    const slowest = tests
      .map((test) => ({ test, ms: test.diagnostic()?.duration ?? 0 }))
      .sort((a, b) => b.ms - a.ms)
      .slice(0, SLOWEST);
    if (slowest.length > 0) process.stdout.write('\nThe slowest tests:\n');
    for (const { test, ms } of slowest) {
      process.stdout.write(`${`${Math.round(ms)}`.padStart(8)} ms  ${test.module.relativeModuleId} > ${test.fullName}\n`);
    }
    process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  }
}
