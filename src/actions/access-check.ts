import { readAccessCheckInputs } from '../inputs.ts';
import { accessCheckStep } from '../steps/access-check.ts';
import { runAction } from './run-action.ts';

await runAction((lifetime) => accessCheckStep(readAccessCheckInputs(), lifetime));
