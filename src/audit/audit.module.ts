import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditDrops } from './audit-drops';
import { AuditEventEntity } from './audit-event.entity';
import { AuditLog } from './audit-log';
import { AuditRetention } from './audit-retention';
import { AuditSealEntity } from './audit-seal.entity';
import { AuditSealer } from './audit-sealer';
import { AuditVerifier } from './audit-verifier';

@Module({
  imports: [TypeOrmModule.forFeature([AuditEventEntity, AuditSealEntity])],
  providers: [AuditDrops, AuditLog, AuditRetention, AuditSealer, AuditVerifier],
  exports: [AuditLog, AuditRetention],
})
export class AuditModule {}
