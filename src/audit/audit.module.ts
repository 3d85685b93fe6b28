import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditEventEntity } from './audit-event.entity';
import { AuditLog } from './audit-log';
import { AuditSealEntity } from './audit-seal.entity';
import { AuditSealer } from './audit-sealer';
import { AuditVerifier } from './audit-verifier';

@Module({
  imports: [TypeOrmModule.forFeature([AuditEventEntity, AuditSealEntity])],
  providers: [AuditLog, AuditSealer, AuditVerifier],
  exports: [AuditLog],
})
export class AuditModule {}
