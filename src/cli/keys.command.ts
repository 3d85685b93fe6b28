import { Command, Option } from 'commander';
import type { Rotator } from '../keys/key-changes';
import { KeyResealing } from '../keys/key-resealing';
import { KeyRotation } from '../keys/key-rotation';
import { SIGNING_ALGS, type SigningAlg } from '../keys/signing-alg';
import { operator } from './operator';
import { printList, printThing } from './output';
import type { RunWithService } from './with-service';

const ROTATION_HELP = `
The next key has been published for a while (KEY_PUBLISH_SECONDS) before it signs, and the old one stays published until
the last token that it signed has expired: nothing fails.

--force is for a key that others know. It does not wait, and every earlier key of the algorithm is gone at once. So
  - every token that they signed is refused from now on, everywhere;
  - new tokens are refused by callers that keep a key set without the new key, for up to five minutes.
Other processes hear of it within a second, and do not sign with a key that is gone once they have heard.
Where the next key may be known as well, do it twice.

Examples:
  gatehouse keys rotate
  gatehouse keys rotate --alg RS256 --force`;

const RESEAL_HELP = `
The third of four steps by which KEY_ENCRYPTION_KEY is changed: see docs/operations.md. It needs KEY_DECRYPTION_KEY, the
key before. Nothing is restarted and nothing fails; once more, it finds nothing to do.

Example:
  gatehouse keys reseal`;

interface Options {
  readonly alg?: SigningAlg;
  readonly force: boolean;
  readonly json: boolean;
}

/** `gatehouse keys`. */
export function keysCommand(run: RunWithService): Command {
  const withKeys = <T>(work: (keys: KeyRotation) => Promise<T>): Promise<T> =>
    run((service) => work(service.get(KeyRotation, { strict: false })));
  const keys = new Command('keys').description('The keys that sign tokens.');
  keys
    .command('list')
    .description('List the keys: next is published already, active signs, retiring only verifies.')
    .option('--json', 'one JSON text a line', false)
    .addHelpText('after', '\nExample:\n  gatehouse keys list')
    .action(async ({ json }: { json: boolean }) => {
      const all = (await withKeys((rotation) => rotation.list())).map(
        // Never the private half, sealed as it is.
        ({ alg, state, kid, createdAt, activeSince, retireAt, custody }) => ({
          alg,
          state,
          kid,
          createdAt,
          activeSince,
          retireAt,
          custody,
        }),
      );
      printList(all, ['alg', 'state', 'kid', 'createdAt', 'activeSince', 'retireAt'], json);
    });
  keys
    .command('rotate')
    .description('Let the next key sign, and publish a new next one.')
    .addOption(new Option('--alg <alg>', 'only this algorithm').choices(SIGNING_ALGS))
    .option('--force', 'for a key that others know: see below', false)
    .option('--json', 'one JSON text a line', false)
    .addHelpText('after', ROTATION_HELP)
    .action(async ({ alg, force, json }: Options) => {
      printList(
        await withKeys((rotation) => rotation.rotate(rotator(), { alg, force })),
        ['alg', 'active', 'retiring', 'next'],
        json,
      );
    });
  keys
    .command('reseal')
    .description('Encrypt private keys and secrets anew, under the present KEY_ENCRYPTION_KEY.')
    .option('--json', 'print JSON', false)
    .addHelpText('after', RESEAL_HELP)
    .action(async ({ json }: { json: boolean }) => {
      const done = await run((service) => service.get(KeyResealing, { strict: false }).reseal(rotator()));
      printThing(done, json);
    });
  return keys;
}

function rotator(): Rotator {
  const { requestId, address, caller } = operator();
  return { requestId, address, actor: caller.name };
}
