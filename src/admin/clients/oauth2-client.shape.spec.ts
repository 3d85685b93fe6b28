import fc from 'fast-check';
import { clientRegistrationSchema } from '../../clients/client-registration';
import { changedClient, type ShownClient } from './client.shape';
import { clientOf, oauth2Client, showOAuth2Client } from './oauth2-client.shape';

const CLIENT: ShownClient = {
  id: 'app',
  orgId: 'acme',
  disabled: false,
  createdAt: '2025-11-22T00:00:00.000Z',
  displayName: 'App',
  description: '',
  grantTypes: ['client_credentials'],
  redirectUris: [],
  postLogoutRedirectUris: [],
  accessTokenTTL: 600,
  refreshTokenTTL: 3_600,
  allowedScopes: { generalScopes: ['openid'], organizationScopes: { roles: [] }, servicesScopes: [] },
  allowedOrgs: [],
  allowedActorsClientDelegate: [],
  allowedActorsClientExchange: [],
  allowedActorsAudienceExchange: [],
  forcePkce: false,
  publicClient: false,
  refreshTokenPolicy: 'static',
  trustedProxy: false,
  signingAlg: 'RS256',
};

const word = fc.stringMatching(/^[a-z:_.]{1,12}$/);
const uri = fc.stringMatching(/^https:\/\/[a-z]{1,9}\.example\/[a-z0-9,:=&?]{0,12}$/);
const clients: fc.Arbitrary<ShownClient> = fc
  .record({
    displayName: fc.string({ maxLength: 20 }),
    grantTypes: fc.array(word),
    redirectUris: fc.array(uri),
    accessTokenTTL: fc.integer({ min: 1, max: 1_000_000 }),
    refreshTokenTTL: fc.integer({ min: 1_000_001, max: 2_147_483_647 }),
    generalScopes: fc.array(word),
    roles: fc.array(word.map((name) => ({ name }))),
  })
  .map(({ generalScopes, roles, ...rest }) => ({
    ...CLIENT,
    ...rest,
    allowedScopes: { generalScopes, organizationScopes: { roles }, servicesScopes: [] },
  }));

describe("the Identity Manager's client", () => {
  it('changes nothing when it is sent back as it was read', () => {
    fc.assert(
      fc.property(clients, (client) => {
        const back = clientOf(oauth2Client.parse(showOAuth2Client(client)), client);
        expect(back).toEqual(client);
        expect(changedClient.parse(back)).toEqual(client);
      }),
    );
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(clients, (client) => {
        const whole = { ...client, accessTokenTTL: client.accessTokenTTL * 60, refreshTokenTTL: 2_147_483_640 };
        fc.pre(whole.accessTokenTTL < whole.refreshTokenTTL);
        const wanted = oauth2Client.parse(showOAuth2Client(whole));
        const made = clientRegistrationSchema.parse(clientOf(wanted));
        expect(showOAuth2Client({ ...CLIENT, ...made, refreshTokenPolicy: 'static', maxGroupsInIdToken: 0 })).toEqual(
          showOAuth2Client(whole),
        );
      }),
    );
  });

  it.each([
    [90, 2],
    [60, 1],
    [1, 1],
    [61, 2],
  ])('shows %i seconds as %i minutes', (accessTokenTTL, minutes) => {
    const shown = showOAuth2Client({ ...CLIENT, accessTokenTTL });
    expect(shown.accessTokenTTL).toBe(minutes);
    expect(clientOf({ ...shown, accessTokenTTL: minutes + 1 }, CLIENT)).toMatchObject({
      accessTokenTTL: (minutes + 1) * 60,
    });
  });

  it('takes lists with spaces and commas as people write them', () => {
    const wanted = { clientId: 'app', scope: '  a  b\n', redirectUri: ' https://a.example/?x=1,2 , com.app:/cb,' };
    expect(clientOf(wanted)).toMatchObject({
      allowedScopes: { generalScopes: ['a', 'b'] },
      redirectUris: ['https://a.example/?x=1,2', 'com.app:/cb,'],
      grantTypes: [],
    });
  });

  it('ignores what means nothing here, and takes null for nothing', () => {
    const sent = { clientId: 'app', tokenLength: 32, strData: null, secret: null, scope: null, accessTokenTTL: null };
    const parsed = oauth2Client.parse(sent);
    expect(parsed).not.toHaveProperty('tokenLength');
    expect(clientRegistrationSchema.parse(clientOf(parsed))).toMatchObject({ accessTokenTTL: 600, displayName: '' });
  });
});
