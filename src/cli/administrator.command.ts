import { Command } from 'commander';
import { Endings } from '../admin/endings';
import { Configuration } from '../config/configuration';
import { UnitOfWork } from '../database/unit-of-work';
import { AdministratorAccount, generatePassword, PLATFORM } from '../seed/administrator-account';
import { PlatformSeeder } from '../seed/platform-seeder';
import { UserEntity, usernameKey } from '../users/user.entity';
import { operator } from './operator';
import { printThing } from './output';
import type { RunWithService } from './with-service';

/** `gatehouse administrator`. */
export function administratorCommand(run: RunWithService): Command {
  const administrator = new Command('administrator').description('The account that administers the platform.');
  administrator
    .command('restore')
    .description('Give an administrator of the platform a new password, and make the account if there is none.')
    .option('--username <name>', 'user name in the domain platform; default: ADMIN_USERNAME')
    .option('--json', 'print JSON', false)
    .addHelpText(
      'after',
      '\nThe password is printed once. What the account had before ends.\n\nExample:\n  gatehouse administrator restore',
    )
    .action(async ({ username, json }: { username?: string; json: boolean }) => {
      printThing(await restore(run, username), json);
    });
  return administrator;
}

function restore(run: RunWithService, named: string | undefined) {
  const password = generatePassword();
  return run(async (service) => {
    const username = named ?? service.get(Configuration, { strict: false }).firstStart.adminUsername;
    const work = service.get(UnitOfWork, { strict: false });
    const platform = service.get(PlatformSeeder, { strict: false });
    const account = service.get(AdministratorAccount, { strict: false });
    await work.run(async (transaction) => {
      await platform.createIfMissing(transaction);
      await account.grant(transaction, { username, password, reason: 'restored', actor: operator().caller.name });
    });
    // Afterwards: nobody begins anything with the old password any more.
    await work.run(async (transaction) => {
      const key = { domain: PLATFORM, usernameKey: usernameKey(username) };
      const { id } = await transaction.findOneByOrFail(UserEntity, key);
      await service.get(Endings, { strict: false }).ofUser(transaction, id);
    });
    return { domain: PLATFORM, username, password };
  });
}
