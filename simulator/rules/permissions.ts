import type { Right } from '../options.ts';

/** Every permission of a fine-grained token that hub-api.md names, and some of its open families. */
export const PERMISSIONS = [
  'org.read',
  'org.write',
  'org.members.read',
  'org.members.write',
  'org.repos.read',
  'org.repoSettings.write',
  'org.auditLog.write',
  'org.analytics.read',
  'org.serviceAccounts.read',
  'org.serviceAccounts.write',
  'resourceGroup.read',
  'resourceGroup.write',
  'resourceGroup.settings.write',
  'resourceGroup.resources.write',
  'repo.read',
  'repo.write',
  'repo.content.read',
  'repo.content.write',
  'repo.access.read',
  'repo.access.write',
  'collection.read',
  'collection.write',
  'job.write',
  'inference.serverless.write',
  'inference.endpoints.write',
] as const;

const READS_MEMBERS = ['org.write', 'org.members.write', 'org.read', 'org.members.read'];

/** Which permissions allow what by default. Documented for `org.write` only, so a Hub can be told otherwise. */
export const DEFAULT_RIGHTS: Record<Right, readonly string[]> = {
  manageMembers: ['org.write', 'org.members.write', 'resourceGroup.write'],
  readMembers: READS_MEMBERS,
  readGroups: [...READS_MEMBERS, 'resourceGroup.read', 'resourceGroup.write'],
  readServiceAccounts: ['org.write', 'org.serviceAccounts.read', 'org.serviceAccounts.write'],
  writeRepos: ['repo.write'],
};
