import { accessCheckStep } from '../access-check-step.ts';
import { readAccessCheckInputs } from '../inputs.ts';
import { runAction } from './run-action.ts';

await runAction((lifetime) => accessCheckStep(readAccessCheckInputs(), lifetime));
