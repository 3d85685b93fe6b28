import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { PartitionKeeper } from './partition-keeper';
import { PartitionList } from './partition-list';
import { PartitionedTables } from './partitioned-tables';
import { RetentionSchedule } from './retention-schedule';

@Module({
  imports: [AuditModule],
  providers: [PartitionKeeper, PartitionList, PartitionedTables, RetentionSchedule],
})
export class RetentionModule {}
