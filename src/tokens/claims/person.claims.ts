import type { Person } from '@gatehouse/grant-sdk';

/** Who a user is, as ID tokens and userinfo say it: OpenID Connect Core section 5.1. */
export function personClaims({ username, email, givenName, familyName }: Person) {
  return {
    preferred_username: username,
    email,
    // Addresses come from the directory of the org, whose administrators vouch for them.
    email_verified: email !== '',
    given_name: givenName,
    family_name: familyName,
  };
}
