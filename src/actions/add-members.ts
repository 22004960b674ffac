import { countsOf } from '../membership/counts.ts';
import { addMembersStep } from '../membership/run-add.ts';
import { readAddMembersInputs } from '../runner/inputs.ts';
import { runAction } from './run-action.ts';

await runAction((cancellation) => addMembersStep(readAddMembersInputs(), cancellation), {
  ...countsOf([]),
  changed: false,
});
