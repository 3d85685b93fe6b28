import { Command } from 'commander';
import { UNCONDITIONAL } from '../admin/entity-tag';
import { parsed } from '../admin/json-body';
import { mergePatch } from '../admin/merge-patch';
import { AccountAdministration } from '../admin/users/account-administration';
import { MemberAdministration } from '../admin/users/member-administration';
import { MemberDirectory } from '../admin/users/member-directory';
import { MemberRemoval } from '../admin/users/member-removal';
import { newUser } from '../admin/users/user.shape';
import { everyPage } from './every-page';
import { readJson } from './input';
import { operator } from './operator';
import { printList, printThing } from './output';
import type { RunWithService } from './with-service';

interface Options {
  readonly org: string;
  readonly json: boolean;
}

interface Account extends Options {
  readonly from?: string;
  readonly domain?: string;
  readonly email?: string;
  readonly role?: string[];
}

/** `gatehouse users`. */
export function usersCommand(run: RunWithService): Command {
  const users = new Command('users').description('Members of an organization.');
  const command = (name: string, description: string) =>
    users
      .command(name)
      .description(description)
      .requiredOption('--org <id>', 'the organization')
      .option('--json', 'print JSON', false);

  command('list', 'List the members.')
    .option('--filter <text>', 'part of a name or e-mail address')
    .action(async ({ org, filter, json }: Options & { filter?: string }) => {
      const all = await run((service) => {
        const directory = service.get(MemberDirectory, { strict: false });
        return everyPage((query) => directory.list(org, { ...query, filter }, ''));
      });
      printList(all, ['id', 'domain', 'username', 'email', 'roles', 'disabled'], json);
    });
  command('create', 'Make a user.')
    .argument('<username>')
    .option('--from <file>', 'JSON file with the account, such as its password, - for the standard input')
    .option('--domain <name>', 'domain of the user name')
    .option('--email <address>')
    .option('--role <roles...>', 'such as org_member')
    .addHelpText(
      'after',
      `\nExample:\n  echo '{"password":"…"}' | gatehouse users create ada --org acme --domain acme.example --role org_owner --from -`,
    )
    .action(async (username: string, { org, from, json, domain, email, role }: Account) => {
      const account = from === undefined ? {} : await readJson(from);
      const named = {
        username,
        ...(domain === undefined ? {} : { domain }),
        ...(email === undefined ? {} : { email }),
        ...(role === undefined ? {} : { roles: role }),
      };
      const user = parsed(mergePatch(account, named), newUser);
      const made = await run((service) =>
        service.get(MemberAdministration, { strict: false }).create(org, user, operator()),
      );
      printThing(made, json);
    });
  command('update', 'Change or disable a user by a JSON merge patch.')
    .argument('<user id>')
    .requiredOption('--from <file>', 'JSON file, - for the standard input')
    .addHelpText('after', `\nExample:\n  echo '{"disabled":true}' | gatehouse users update ada --org acme --from -`)
    .action(async (userId: string, { org, from, json }: Options & { from: string }) => {
      const patch = await readJson(from);
      const changed = await run((service) =>
        service.get(AccountAdministration, { strict: false }).change(org, userId, patch, UNCONDITIONAL, operator()),
      );
      printThing(changed, json);
    });
  command('remove', 'Take a user out of an organization.')
    .argument('<user id>')
    .requiredOption('--yes', 'I know that its logins there end')
    .action((userId: string, { org }: Options) =>
      run((service) => service.get(MemberRemoval, { strict: false }).remove(org, userId, UNCONDITIONAL, operator())),
    );
  return users;
}
