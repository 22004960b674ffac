import { accessCheckStep } from '../access-check/run.ts';
import { readAccessCheckInputs } from '../runner/inputs.ts';
import { runAction } from './run-action.ts';

await runAction('Access check', (cancellation) => accessCheckStep(readAccessCheckInputs(), cancellation));
