import type { INestApplication } from '@nestjs/common';
import { Configuration } from '../config/configuration';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Dialects } from '../auth/dialects/dialects';
import { OAuthDialect } from '../auth/dialects/oauth/oauth.dialect';
import { GrantTypeRegistry } from '../grants/grant-type.registry';
import { DOCS_PATH, SWAGGER_CLIENT, swaggerRedirectUri } from './swagger-client';
import { describeOperations } from './describe-operations';
import { formExamplesPlugin } from './form-examples.plugin';
import { describeTokenForms } from './token-form';

const DESCRIPTION = `
A token service that answers clients of VMware Cloud Services and of VMware Identity Manager unchanged, and speaks
plain OAuth 2.0 to all others. The same grants, clients and keys stand behind each of the three dialects; paths, error
bodies and claims differ.

Every answer has \`X-Request-Id\`: with it the IAM team finds out why a request was refused.
`;

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('Gatehouse')
    .setDescription(DESCRIPTION.trim())
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer(new URL(app.get(Configuration).issuers.oauth).pathname, 'This service')
    .addTag('OAuth 2.0', 'For every client that speaks the standards.')
    .addTag('Cloud Services', 'For clients written against VMware Cloud Services.')
    .addTag('Identity Manager', 'For clients written against VMware Identity Manager.')
    .addTag('Who am I', 'What an access token says of its user.')
    .addTag('Organizations', 'For administrators.')
    .addTag('OAuth clients', 'What may ask for tokens.')
    .addTag('OAuth clients (Identity Manager)', 'The same clients, as the Identity Manager has them.')
    .addTag('People', 'Members of organizations, and what they may.')
    .addTag('Groups', 'People together.')
    .addTag('Person data', 'What is kept of one person.')
    .addTag('Logins and revocation', 'Who is logged in where, and how that ends.')
    .addTag('API tokens', "Users' own credentials for scripts.")
    .addTag('Platform administration', 'For the operators of the platform.')
    .addTag('Audit', 'What happened, and why.')
    .addTag('Health', 'For load balancers and orchestrators.')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'Client id and secret.' }, 'client')
    .addOAuth2(loginScheme(app), 'login')
    .addOAuth2(clientCredentialsScheme(app), 'client-credentials')
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  const grants = app.get(GrantTypeRegistry);
  for (const dialect of app.get(Dialects).all) {
    describeTokenForms(document, dialect, grants.offeredIn(dialect.name));
  }
  describeOperations(document);
  return document;
}

/** Of which a person may choose in Swagger UI. */
const SCOPES = { openid: 'Know who you are' };

function loginScheme(app: INestApplication) {
  const { issuers } = app.get(Configuration);
  const { authorization_endpoint: authorize, token_endpoint: token } = app.get(OAuthDialect).endpoints;
  return {
    type: 'oauth2' as const,
    description: 'Log in as yourself. Choose no scope to get all that you may.',
    flows: {
      authorizationCode: {
        authorizationUrl: issuers.oauth + authorize,
        tokenUrl: issuers.oauth + token,
        scopes: SCOPES,
      },
    },
  };
}

function clientCredentialsScheme(app: INestApplication) {
  const { issuers } = app.get(Configuration);
  return {
    type: 'oauth2' as const,
    description: 'Act as a client: fill in its own id and secret. Choose no scope to get all that it may.',
    flows: {
      clientCredentials: { tokenUrl: issuers.oauth + app.get(OAuthDialect).endpoints.token_endpoint, scopes: {} },
    },
  };
}

/** Serves Swagger UI and openapi.json. To be called before the application is initialised. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup(DOCS_PATH, app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Gatehouse API',
    swaggerOptions: {
      plugins: [formExamplesPlugin],
      // Else the browser itself asks for a password when a client's is wrong. It runs there, from its own source text.
      requestInterceptor: (request: object) => Object.assign(request, { credentials: 'omit' }),
      initOAuth: { clientId: SWAGGER_CLIENT, usePkceWithAuthorizationCodeGrant: true },
      oauth2RedirectUrl: swaggerRedirectUri(app.get(Configuration)),
      displayRequestDuration: true,
      defaultModelsExpandDepth: 0,
      docExpansion: 'list',
    },
  });
}
