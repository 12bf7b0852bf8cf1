const { reporters, Runner } = require('mocha');

/** The dot reporter, which also prints why a test failed that is tried again. */
module.exports = class extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    runner.on(Runner.constants.EVENT_TEST_RETRY, (test, error) => {
      const text = error?.stack ?? String(error);
      console.log(`\n  tried again: ${test.fullTitle()}\n${text.replace(/^/gm, '    ')}`);
    });
  }
};
