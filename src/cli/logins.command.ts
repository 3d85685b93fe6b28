import type { INestApplicationContext } from '@nestjs/common';
import { Command } from 'commander';
import { EntityManager } from 'typeorm';
import { loginFilters } from '../admin/logins/login.shape';
import { LoginsAdministration } from '../admin/logins/logins-administration';
import { parsed } from '../admin/json-body';
import { OperatorError } from '../errors/operator-error';
import { MembershipEntity } from '../users/membership.entity';
import { everyPage } from './every-page';
import { operator } from './operator';
import { printList } from './output';
import type { RunWithService } from './with-service';

interface Options {
  readonly org: string;
  readonly json: boolean;
  readonly user?: string;
  readonly client?: string;
}

const COLUMNS = [
  ...(['id', 'userId', 'username', 'domain', 'clientId', 'actor', 'parentId'] as const),
  ...(['createdAt', 'expiresAt', 'scopes'] as const),
];

/** `gatehouse logins`. */
export function loginsCommand(run: RunWithService): Command {
  const logins = new Command('logins').description('Logins for an organization.');
  logins
    .command('list')
    .description('List the logins that have neither ended nor expired.')
    .requiredOption('--org <id>', 'the organization that they are for')
    .option('--user <id>', 'only of this user')
    .option('--client <id>', 'only at this client')
    .option('--json', 'one JSON text a line', false)
    .addHelpText('after', '\nExample:\n  gatehouse logins list --org acme --user ada')
    .action(async ({ org, user, client, json }: Options) => {
      const filters = parsed({ userId: user, clientId: client }, loginFilters);
      const all = await run(async (service) => {
        const store = service.get(LoginsAdministration, { strict: false });
        const found = await everyPage((query) => store.list(org, { ...query, ...filters }, ''));
        if (user !== undefined && found.length === 0) await requireMember(service, org, user);
        return found;
      });
      const lines = all.map(({ user: { id, domain, username }, actor, ...login }) => ({
        ...{ ...login, userId: id, domain, username },
        actor: actor?.sub ?? null,
      }));
      if (json) printList(all, [], true);
      else printList(lines, COLUMNS, false);
    });
  logins
    .command('end')
    .description('End a login with its tokens, and all that was exchanged for them.')
    .argument('<id>')
    .requiredOption('--org <id>', 'the organization that it is for')
    .addHelpText('after', '\nExample:\n  gatehouse logins end 8f9937ea-293c-4b8e-a976-16dc39e3d829 --org acme')
    .action(async (id: string, { org }: Options) => {
      await run((service) => service.get(LoginsAdministration, { strict: false }).end(org, id, operator()));
      process.stdout.write(`Login ${id} has ended.\n`);
    });
  return logins;
}

/** An empty list would look as if who is meant had no login. */
async function requireMember(service: INestApplicationContext, org: string, user: string): Promise<void> {
  const members = service.get(EntityManager, { strict: false });
  if (await members.existsBy(MembershipEntity, { orgId: org, userId: user })) return;
  throw new OperatorError(`${user} is no member of ${org}: it takes the id that "gatehouse users list" shows.`);
}
