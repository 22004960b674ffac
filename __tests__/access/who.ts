import type { WhoAmI, WhoAmIOrganization } from '../../src/hub/whoami.ts';

export const GROUP = { id: '507f1f77bcf86cd799439011', name: 'Cohort 2024' };
export const OTHER = { id: '507f1f77bcf86cd799439012', name: 'Cohort 2025' };
export const LOCATION = { org: 'acme', hubUrl: 'https://hub.example', group: GROUP };

interface Told {
  /** `fineGrained`, `write`, … */
  token?: string;
  scoped?: { type: string; name?: string; _id?: string; permissions: string[] }[];
  org?: Partial<WhoAmIOrganization> | null;
  /** Role in the group. */
  group?: string;
}

/** What the Hub says of Ada, a reader of acme with a write token unless told otherwise; `org: null` takes her out of it. */
export function ada({ token = 'write', scoped, org = {}, group }: Told = {}): WhoAmI {
  const acme: WhoAmIOrganization = {
    name: 'acme',
    id: '600000000000000000000001',
    roleInOrg: 'read',
    securityRestrictions: undefined,
    resourceGroups: group === undefined ? [] : [{ ...GROUP, role: group }],
    ...org,
  };
  return {
    type: 'user',
    name: 'ada',
    auth: {
      accessToken: {
        role: token,
        fineGrained:
          scoped === undefined
            ? undefined
            : {
                scoped: scoped.map(({ type, name, _id, permissions }) => ({
                  entity: { type, name, _id },
                  permissions,
                })),
              },
      },
    },
    orgs: org === null ? [] : [acme],
  };
}
