export * from '../../scripts/runner.ts';
