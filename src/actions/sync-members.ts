import { NO_OUTCOMES } from '../membership/outcome.ts';
import { removalPolicy } from '../membership/removal/policy.ts';
import { createRemoval } from '../membership/removal/removal.ts';
import { runMembership } from '../membership/run.ts';
import { readSyncMembersInputs } from '../runner/inputs.ts';
import { runAction } from './run-action.ts';

await runAction(
  'Sync members',
  (cancellation) => {
    const inputs = readSyncMembersInputs();
    return runMembership(inputs, cancellation, createRemoval(removalPolicy(inputs)));
  },
  NO_OUTCOMES,
);
