import { NestFactory } from '@nestjs/core';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { AppModule } from './app.module';
import { crossOrigin } from './auth/dialects/cross-origin';
import { Dialects } from './auth/dialects/dialects';
import type { Configuration } from './config/configuration';
import { EXTENSIONS } from './extensions';
import { accessLog } from './http/access-log';
import { hostHeader } from './http/host-header';
import { LeanExpressAdapter } from './http/lean-express-adapter';
import { rawBody } from './http/raw-body';
import { receivedAt } from './http/received-at';
import { requestId } from './http/request-id';
import { sanePath } from './http/sane-path';
import { answerUnparsableRequests } from './http/unparsable-request';
import { NestLog, serviceLog } from './logging/service-log';
import { serveOpenApi } from './openapi/openapi';

/** The whole service, ready to listen. Shared by main.ts and the tests. */
export async function createApp(
  configuration: Configuration,
  extensions: readonly (Type | DynamicModule)[] = EXTENSIONS,
): Promise<NestExpressApplication> {
  const log = serviceLog(configuration.logLevel);
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.with(configuration, extensions),
    new LeanExpressAdapter(),
    { bodyParser: false, logger: new NestLog(log), abortOnError: false },
  );
  app.set('trust proxy', [...configuration.http.trustedProxies]);
  const dialects = app.get(Dialects);
  app.use(
    receivedAt,
    requestId,
    accessLog(log),
    securityHeaders(configuration),
    hostHeader,
    sanePath,
    crossOrigin(dialects),
    rawBody(),
  );
  answerUnparsableRequests(app.getHttpServer(), (path, error, id) => dialects.at(path).renderError(error, id));
  serveOpenApi(app);
  await initialise(app);
  return app;
}

async function initialise(app: NestExpressApplication): Promise<void> {
  try {
    await app.init();
  } catch (error) {
    // What came up before it failed has timers and connections.
    await app.close();
    throw error;
  }
}

function securityHeaders({ issuers }: Configuration) {
  const overTls = issuers.oauth.startsWith('https:');
  return helmet({
    contentSecurityPolicy: {
      directives: {
        // Swagger UI styles its elements inline.
        'style-src': ["'self'", "'unsafe-inline'"],
        ...(overTls ? {} : { 'upgrade-insecure-requests': null }),
      },
    },
    strictTransportSecurity: overTls,
    // An application may log its user in in a window that it opened, and wants to hear from it afterwards.
    crossOriginOpenerPolicy: false,
  });
}
