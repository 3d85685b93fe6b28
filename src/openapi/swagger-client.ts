import { type ClientColumns, clientColumns } from '../clients/client-columns';
import { clientRegistrationSchema } from '../clients/client-registration';
import type { Configuration } from '../config/configuration';

/** Where Swagger UI is served. */
export const DOCS_PATH = 'docs';

/** The client with which people log in to Swagger UI. */
export const SWAGGER_CLIENT = 'gatehouse-swagger-ui';

export function swaggerRedirectUri({ issuers }: Configuration): string {
  return `${issuers.oauth}/${DOCS_PATH}/oauth2-redirect.html`;
}

/** A public client of the platform: it may what its user may, and its user is asked. */
export function swaggerClient(configuration: Configuration, orgId: string): ClientColumns {
  const registration = clientRegistrationSchema.parse({
    id: SWAGGER_CLIENT,
    displayName: 'Swagger UI',
    description: 'The API documentation of this service.',
    grantTypes: ['authorization_code'],
    redirectUris: [swaggerRedirectUri(configuration)],
    publicClient: true,
  });
  return {
    ...clientColumns(registration, orgId),
    allowedScopes: {
      generalScopes: ['openid', 'profile', 'email'],
      organizationScopes: {
        allRoles: true,
        roles: [{ name: 'platform_operator' }, { name: 'platform_impersonator' }, { name: 'platform_auditor' }],
      },
      servicesScopes: [],
      allServices: true,
    },
  };
}
