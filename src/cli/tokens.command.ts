import { Command } from 'commander';
import { parsed } from '../admin/json-body';
import { orgRevocation } from '../admin/logins/revocation.shape';
import { Revocations } from '../admin/logins/revocations';
import { OperatorError } from '../errors/operator-error';
import { operator } from './operator';
import { printThing } from './output';
import type { RunWithService } from './with-service';

const HELP = `
Logins end with all their tokens, and access tokens of before are refused wherever Gatehouse is asked about them. With
--user and --client together only the logins of that user at that client end.

API tokens stay, unless --api-tokens is there. Sessions in browsers stay: the user may log in again without a password.

Examples:
  gatehouse tokens revoke --org acme --user ada --reason 'laptop stolen'
  gatehouse tokens revoke --org acme --client shop
  gatehouse tokens revoke --org acme --all --api-tokens`;

interface Options {
  readonly org: string;
  readonly user?: string;
  readonly client?: string;
  readonly all?: true;
  readonly apiTokens: boolean;
  readonly reason?: string;
  readonly json: boolean;
}

/** `gatehouse tokens`. */
export function tokensCommand(run: RunWithService): Command {
  const tokens = new Command('tokens').description('Tokens that were given.');
  tokens
    .command('revoke')
    .description('Revoke what a user, a client, or everyone was given for an organization.')
    .requiredOption('--org <id>', 'the organization')
    .option('--user <id>', 'a member')
    .option('--client <id>', 'a client of the organization; with --user any')
    .option('--all', 'everyone, and every client of the organization')
    .option('--api-tokens', 'deactivate API tokens as well', false)
    .option('--reason <text>', 'for the audit trail')
    .option('--json', 'print JSON', false)
    .addHelpText('after', HELP)
    .action(async (options: Options) => {
      requireWhose(options);
      const { org, user, client, all, apiTokens, reason, json } = options;
      const asked = parsed({ userId: user, clientId: client, all, apiTokens, reason }, orgRevocation);
      const ended = await run((service) => service.get(Revocations, { strict: false }).ofOrg(org, asked, operator()));
      printThing(ended, json);
    });
  return tokens;
}

/** The rules of the shape, in the words of this command. */
function requireWhose({ user, client, all, apiTokens }: Options): void {
  if ((all === true) === (user !== undefined || client !== undefined)) {
    throw new OperatorError('Say whose: --user, --client or both, or else --all.');
  }
  if (client !== undefined && apiTokens) throw new OperatorError('--api-tokens goes with --user or --all only.');
}
