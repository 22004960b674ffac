import { readAccessCheckInputs } from '../runner/inputs.ts';
import { accessCheckStep } from '../access-check/run.ts';
import { runAction } from './run-action.ts';

await runAction((cancellation) => accessCheckStep(readAccessCheckInputs(), cancellation));
