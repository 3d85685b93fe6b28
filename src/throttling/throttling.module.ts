import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { AuditModule } from '../audit/audit.module';
import { Configuration } from '../config/configuration';
import { AddressThrottlerGuard } from './address-throttler.guard';
import { MemoryThrottlerStorage } from './memory-storage';
import { PasswordFailures } from './password-failures';
import { RequestLimits } from './request-limits';

@Module({ providers: [MemoryThrottlerStorage], exports: [MemoryThrottlerStorage] })
class ThrottlerStorageModule {}

@Module({
  imports: [
    AuditModule,
    ThrottlerStorageModule,
    ThrottlerModule.forRootAsync({
      imports: [ThrottlerStorageModule],
      inject: [MemoryThrottlerStorage, Configuration],
      useFactory: (storage: MemoryThrottlerStorage, { throttling }: Configuration) => ({
        storage,
        setHeaders: false,
        throttlers: [{ ttl: throttling.windowSeconds * 1_000, limit: throttling.addressLimit }],
      }),
    }),
  ],
  providers: [RequestLimits, PasswordFailures, { provide: APP_GUARD, useClass: AddressThrottlerGuard }],
  exports: [RequestLimits, PasswordFailures],
})
export class ThrottlingModule {}
