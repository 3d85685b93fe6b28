import { z } from 'zod';
import { thingId, thingName } from '../database/field-rules';
import { scopeToken } from '../services/service-definition.shape';
import { type UserEntity, usernameKey } from './user.entity';

const text = z.string().max(255);

/** No colon: in a subject it ends the domain. */
export const domainName = z.string().regex(/^[A-Za-z0-9._-]{1,255}$/, 'must be letters, digits, dots, _ and - only');

/** What is said of an account, wherever it is said. */
export const accountFields = {
  username: thingName,
  email: text.default(''),
  givenName: text.default(''),
  familyName: text.default(''),
};

export const password = z.string().min(1).max(1_024);

/** A role of a service definition, as someone is given it. */
export const givenServiceRole = z.strictObject({
  serviceDefinitionId: thingId,
  role: scopeToken,
  resources: z.array(thingName).optional(),
});

type Account = Pick<UserEntity, 'username' | 'email' | 'givenName' | 'familyName'>;

/** The columns that hold an account, with the keys by which it is found. */
export function accountColumns({ username, email, givenName, familyName }: Account) {
  return {
    username,
    usernameKey: usernameKey(username),
    email,
    emailKey: email.toLowerCase(),
    givenName,
    familyName,
  };
}
