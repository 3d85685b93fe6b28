import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AdminModule } from './admin/admin.module';
import { DialectsModule } from './auth/dialects/dialects.module';
import { ConfigModule } from './config/config.module';
import type { Configuration } from './config/configuration';
import { DatabaseModule } from './database/database.module';
import { HealthModule } from './health/health.module';
import { RetentionModule } from './retention/retention.module';
import { SeedModule } from './seed/seed.module';

@Module({})
export class AppModule {
  static with(configuration: Configuration, extensions: readonly (Type | DynamicModule)[]): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(configuration),
        DatabaseModule,
        AdminModule,
        DialectsModule,
        HealthModule,
        RetentionModule,
        SeedModule,
        ...extensions,
      ],
    };
  }
}
