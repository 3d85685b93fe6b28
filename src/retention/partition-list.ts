import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Partition, partitionsOf } from '../database/partitions/partition';
import { PartitionedTables } from './partitioned-tables';

export interface ListedPartition extends Partition {
  /** With its indexes. */
  readonly bytes: number;
}

/** What there is, for people. */
@Injectable()
export class PartitionList {
  constructor(
    private readonly dataSource: DataSource,
    private readonly tables: PartitionedTables,
  ) {}

  async read(): Promise<ListedPartition[]> {
    const tables = this.tables.all.map(({ table }) => table);
    const partitions = await partitionsOf(this.dataSource, tables);
    const sizes = await this.dataSource.query<{ name: string; bytes: number }[]>(
      `SELECT format('%I', relname) AS name, pg_total_relation_size(part.oid)::float8 AS bytes
       FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid WHERE inhparent = ANY ($1::text[]::regclass[])`,
      [tables],
    );
    const bytesOf = new Map(sizes.map(({ name, bytes }) => [name, bytes]));
    return partitions.map((partition) => ({ ...partition, bytes: bytesOf.get(partition.name) ?? 0 }));
  }
}
