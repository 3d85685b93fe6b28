/** Kinds of tokens: RFC 8693 section 3, and the Cloud Services' own for an account named by its e-mail address. */
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
export const ID_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:id_token';
export const ACCOUNT_TYPE = 'urn:vmware:params:oauth:token-type:acct';
