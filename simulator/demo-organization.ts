import type { HubOptions } from './options.ts';

/** A small organization to try things on: `acme`, with twelve people, a service account, and four groups. */
export const DEMO: HubOptions = {
  orgs: [
    {
      name: 'acme',
      fullname: 'Acme Research',
      plan: 'team',
      emailDomains: ['acme.com'],
      members: [
        { user: 'ada', fullname: 'Ada Lovelace', email: 'ada@acme.com', role: 'write' },
        { user: 'grace-hopper', fullname: 'Grace Hopper', email: 'grace@acme.com', role: 'admin' },
        { user: 'alan', fullname: 'Alan Turing', email: 'alan.turing@acme.com' },
        { user: 'katherine', fullname: 'Katherine Johnson', email: 'katherine@acme.com' },
        { user: 'Edsger', fullname: 'Edsger W. Dijkstra', email: 'edsger@acme.com' },
        { user: 'kbooth', fullname: 'Kathleen Booth', email: 'kathleen.booth@acme.com' },
        { user: 'zuse', fullname: 'Konrad Zuse', email: 'konrad@acme.com' },
        { user: 'emmy', fullname: 'Emmy Noether', email: 'emmy@acme.com', role: 'contributor' },
        { user: 'kurt-goedel', fullname: 'Kurt Gödel', email: 'kurt@acme.com' },
        { user: 'mary', fullname: 'Mary Jackson', email: 'mary@acme.com' },
        { user: 'backus', fullname: 'John Backus', email: 'john.backus@acme.com' },
        { user: 'hedy', fullname: 'Hedy Lamarr', email: 'hedy@acme.com', verified: false },
      ],
      serviceAccounts: ['acme-ci'],
      groups: [
        {
          name: 'Cohort 2024',
          description: 'The people of the 2024 course',
          users: { 'grace-hopper': 'admin', alan: 'read', zuse: 'write' },
          repos: ['course-model'],
        },
        { name: 'Research', users: { ada: 'write', emmy: 'contributor' } },
        {
          name: 'Everyone',
          description: 'New members join by themselves',
          autoJoin: { enabled: true, role: 'read', scope: 'all' },
        },
        { name: 'Payroll', description: 'Managed by SCIM', scim: true, users: { mary: 'read' } },
      ],
    },
  ],
  // Has an account, but is not in the organization.
  strangers: ['mallory'],
  tokens: [{ token: 'hf_reader', user: 'grace-hopper', type: 'read' }],
};
