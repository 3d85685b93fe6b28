import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Dialects } from '../auth/dialects/dialects';
import { GrantTypeRegistry } from '../grants/grant-type.registry';
import { formExamplesPlugin } from './form-examples.plugin';
import { describeTokenForms } from './token-form';

export const DOCS_PATH = 'docs';

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
    .addTag('OAuth 2.0', 'For every client that speaks the standards.')
    .addTag('Cloud Services', 'For clients written against VMware Cloud Services.')
    .addTag('Identity Manager', 'For clients written against VMware Identity Manager.')
    .addTag('Health', 'For load balancers and orchestrators.')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'Client id and secret.' }, 'client')
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  const grants = app.get(GrantTypeRegistry);
  for (const dialect of app.get(Dialects).all) {
    describeTokenForms(document, dialect, grants.offeredIn(dialect.name));
  }
  return document;
}

/** Serves Swagger UI and openapi.json. To be called before the application is initialised. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup(DOCS_PATH, app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Gatehouse API',
    swaggerOptions: {
      plugins: [formExamplesPlugin],
      displayRequestDuration: true,
      defaultModelsExpandDepth: 0,
      docExpansion: 'list',
    },
  });
}
