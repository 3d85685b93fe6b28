import { DIALECTS } from '../harness/dialects';
import { logIn, PEOPLE_WORLD } from '../harness/people';
import { ISSUER, type Service, startService } from '../harness/service';
import { verifyToken } from '../harness/tokens';

const USERINFO = {
  csp: `${ISSUER}/csp/gateway/am/api/userinfo`,
  'identity-manager': `${ISSUER}/SAAS/jersey/manager/api/userinfo`,
  oauth: `${ISSUER}/oauth2/userinfo`,
};
const NAMES = ['alpha', 'bravo', 'charlie', 'delta', 'echo'];
const IDS = ['g-5', 'g-4', 'g-3', 'g-2', 'g-1'];

describe('the groups of an ID token', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: PEOPLE_WORLD });
  });
  afterAll(() => service?.stop());

  describe.each(DIALECTS)('in $dialect', ({ dialect }) => {
    async function groupsOf(client: string, asked?: string) {
      const form: Record<string, string> = asked === undefined ? {} : { maxGroupsInIdToken: asked };
      const { status, json } = await logIn(service, form, { dialect, client });
      expect(status).toBe(200);
      const { payload } = await verifyToken(service.url, String(json.id_token), dialect);
      const { group_ids, group_names, group_count, _claim_names, _claim_sources } = payload;
      return { group_ids, group_names, group_count, _claim_names, _claim_sources };
    }

    const first = (count: number) => ({
      group_ids: IDS.slice(0, count),
      group_names: NAMES.slice(0, count),
      group_count: 5,
      _claim_names: { group_ids: 'userinfo', group_names: 'userinfo' },
      _claim_sources: { userinfo: { endpoint: USERINFO[dialect] } },
    });
    const all = { group_ids: IDS, group_names: NAMES };

    it.each(['4', '1', '0'])('are capped where the client has no cap and the request asks for %s', async (asked) =>
      expect(await groupsOf('portal', asked)).toEqual(first(Number(asked))),
    );

    it.each([undefined, '', '5', '6', '-1', 'many', '99999999999'])(
      'are all where the client has no cap and the request says %s',
      async (asked) => expect(await groupsOf('portal', asked)).toEqual(all),
    );

    it.each([undefined, '3', '4', '5', '999', '-1', 'NaN'])(
      'are as many as the cap of the client allows where the request says %s',
      async (asked) => expect(await groupsOf('capped', asked)).toEqual(first(3)),
    );

    it('are fewer where the request asks for fewer than the cap of the client', async () =>
      expect(await groupsOf('capped', '2')).toEqual(first(2)));
  });
});
