import { SAMPLE_FILES } from '../../src/cli/demo/sample-files.ts';

/** A small application whose linter and tests need Node alone. */
export const SAMPLE = SAMPLE_FILES;
/** A change that its linter refuses. */
export const LINT_ERROR = 'echo "debugger;" >> src/encode.js';
/** A change that passes. */
export const GOOD_CHANGE = 'sed -i.bak s/world/moon/g test/encode.test.js; rm test/encode.test.js.bak';
