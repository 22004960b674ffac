import { afterEach, beforeEach, jest } from '@jest/globals';

/** Holds back what the tests of a file write to the standard output. Returns what one test wrote so far. */
export function captureStdout(): () => string {
  let written = '';
  beforeEach(() => {
    written = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written += text;
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  return () => written;
}
