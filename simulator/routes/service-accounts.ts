import { requireServiceAccountListing } from '../rules/rights.ts';
import type { Answer, Call } from './call.ts';
import { ok, visit } from './call.ts';

/** `GET …/service-accounts` */
export function listServiceAccounts(call: Call): Answer {
  const visitor = visit(call);
  requireServiceAccountListing(visitor);
  const { name, serviceAccounts } = visitor.org;
  return ok(
    Array.from(serviceAccounts.values(), ({ account, description }) => ({
      _id: account.id,
      user: account.name,
      name: account.fullname,
      email: `${account.name}@service-accounts.${name}.test`,
      description,
      createdAt: '2026-01-01T00:00:00.000Z',
    })),
  );
}
