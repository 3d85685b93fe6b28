/** Answers for the OpenAPI document. */
export const INTROSPECTIONS = {
  active: {
    summary: 'An access token that is good.',
    value: {
      active: true,
      scope: 'openid csp:org_member',
      client_id: 'demo-client',
      username: 'ada',
      token_type: 'Bearer',
      exp: 1_795_161_734,
      iat: 1_795_161_134,
      sub: 'ada',
      aud: 'demo-client',
      iss: 'https://id.example.com',
      jti: 'b7c4b5a1-6a0e-4a55-8f0f-0d8f6f0f5a11',
      org_id: 'acme',
      sid: '019ab3f2-7c1e-7d31-9d53-0b6a7a1f4c20',
    },
  },
  inactive: { summary: 'Any other token, or one that is not for the client to know.', value: { active: false } },
};
