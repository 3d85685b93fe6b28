import { Command } from 'commander';
import { loginFilters } from '../admin/logins/login.shape';
import { LoginsAdministration } from '../admin/logins/logins-administration';
import { parsed } from '../admin/json-body';
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

/** `gatehouse logins`. */
export function loginsCommand(run: RunWithService): Command {
  const withLogins = <T>(work: (store: LoginsAdministration) => Promise<T>): Promise<T> =>
    run((service) => work(service.get(LoginsAdministration, { strict: false })));
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
      const all = await withLogins((store) => everyPage((query) => store.list(org, { ...query, ...filters }, '')));
      const lines = all.map(({ user: { id, username }, ...login }) => ({ ...login, userId: id, username }));
      if (json) printList(all, [], true);
      else printList(lines, ['id', 'username', 'clientId', 'createdAt', 'expiresAt', 'scopes'], false);
    });
  logins
    .command('end')
    .description('End a login with its tokens, and all that was exchanged for them.')
    .argument('<id>')
    .requiredOption('--org <id>', 'the organization that it is for')
    .addHelpText('after', '\nExample:\n  gatehouse logins end 8f9937ea-293c-4b8e-a976-16dc39e3d829 --org acme')
    .action((id: string, { org }: Options) => withLogins((store) => store.end(org, id, operator())));
  return logins;
}
