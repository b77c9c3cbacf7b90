CREATE TABLE application (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"source_id" INTEGER NOT NULL,
	"target_id" INTEGER NOT NULL,
	"amount" INTEGER NOT NULL,
	"discount" INTEGER NOT NULL,
	"applied_on" TEXT NOT NULL,
	"run_id" INTEGER NOT NULL,
	"decision_id" TEXT NOT NULL,
	"reverses_id" INTEGER,
	"seal" INTEGER NOT NULL,
	CONSTRAINT application_key PRIMARY KEY ("company", "id"),
	CONSTRAINT application_negative_only_in_reversal CHECK (reverses_id IS NOT NULL OR (amount >= 0 AND discount >= 0)),
	CONSTRAINT application_not_on_itself CHECK (source_id <> target_id),
	CONSTRAINT application_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX application_by_run_id ON application ("company", "run_id");
CREATE INDEX application_by_source_id ON application ("company", "source_id");
CREATE INDEX application_by_target_id ON application ("company", "target_id");
CREATE TABLE audit (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"actor" TEXT NOT NULL,
	"action" TEXT NOT NULL,
	"subject" TEXT NOT NULL,
	"reason" TEXT NOT NULL,
	"detail" TEXT NOT NULL,
	"at" TEXT NOT NULL,
	"chain" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT audit_key PRIMARY KEY ("company", "id"),
	CONSTRAINT audit_id_positive CHECK (id > 0)
)
 STRICT;
CREATE INDEX audit_by_subject ON audit ("company", "subject");
CREATE TABLE bank_line (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"import_id" INTEGER NOT NULL,
	"statement_id" INTEGER NOT NULL,
	"cash_account" TEXT NOT NULL,
	"source_id" TEXT NOT NULL,
	"booking_date" TEXT NOT NULL,
	"value_date" TEXT,
	"amount" INTEGER NOT NULL,
	"currency" TEXT NOT NULL,
	"bank_reference" TEXT NOT NULL,
	"end_to_end_id" TEXT NOT NULL,
	"batch_id" TEXT NOT NULL,
	"bank_code" TEXT NOT NULL,
	"payer_name" TEXT NOT NULL,
	"payer_account" TEXT NOT NULL,
	"payer_org_number" TEXT NOT NULL,
	"text" TEXT NOT NULL,
	"references" TEXT NOT NULL,
	"reversal" INTEGER NOT NULL,
	"identity" TEXT NOT NULL,
	"occurrence" INTEGER NOT NULL,
	"file_line" INTEGER NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT bank_line_key PRIMARY KEY ("company", "id"),
	CONSTRAINT bank_line_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT bank_line_booking_date_is_date CHECK (length(booking_date) = 10),
	CONSTRAINT bank_line_value_date_is_date CHECK (length(value_date) = 10),
	CONSTRAINT bank_line_occurrence_not_negative CHECK (occurrence >= 0),
	CONSTRAINT bank_line_id_positive CHECK (id > 0),
	CONSTRAINT bank_line_reversal_is_flag CHECK (reversal IN (0, 1))
)
 STRICT;
CREATE INDEX bank_line_by_booking_date ON bank_line ("company", "booking_date");
CREATE INDEX bank_line_by_import_id ON bank_line ("company", "import_id");
CREATE INDEX bank_line_by_source_id ON bank_line ("company", "source_id");
CREATE TABLE bank_line_state (
	"company" TEXT NOT NULL,
	"bank_line_id" INTEGER NOT NULL,
	"state" TEXT NOT NULL,
	"decision_id" TEXT NOT NULL,
	"run_id" INTEGER,
	"seal" INTEGER NOT NULL,
	CONSTRAINT bank_line_state_key PRIMARY KEY ("company", "bank_line_id"),
	CONSTRAINT bank_line_state_state_is_known CHECK (state = 'new' OR state = 'review' OR state = 'hold' OR state = 'booked' OR state = 'hidden' OR state = 'taken_back' OR state = 'reconciles' OR state = 'withdrawn')
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX bank_line_state_by_state ON bank_line_state ("company", "state");
CREATE TABLE customer (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"number" TEXT NOT NULL,
	"name" TEXT NOT NULL,
	"country" TEXT NOT NULL,
	"currency" TEXT NOT NULL,
	"org_number" TEXT NOT NULL,
	"parent_id" INTEGER,
	"terms" TEXT NOT NULL,
	"write_off" INTEGER NOT NULL,
	"write_off_limit" INTEGER,
	"status" TEXT NOT NULL,
	"import_id" INTEGER,
	"seal" INTEGER NOT NULL,
	CONSTRAINT customer_key PRIMARY KEY ("company", "id"),
	CONSTRAINT customer_number_once UNIQUE ("company", "number"),
	CONSTRAINT customer_write_off_limit_not_negative CHECK (write_off_limit >= 0),
	CONSTRAINT customer_status_is_known CHECK (status = 'active' OR status = 'on_hold' OR status = 'credit_hold' OR status = 'inactive' OR status = 'one_time'),
	CONSTRAINT customer_id_positive CHECK (id > 0),
	CONSTRAINT customer_write_off_is_flag CHECK (write_off IN (0, 1))
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX customer_by_parent_id ON customer ("company", "parent_id");
CREATE TABLE customer_account (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"customer_id" INTEGER NOT NULL,
	"account" TEXT NOT NULL,
	"scheme" TEXT NOT NULL,
	"origin" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT customer_account_key PRIMARY KEY ("company", "id"),
	CONSTRAINT customer_account_origin_is_known CHECK (origin = 'import' OR origin = 'manual' OR origin = 'learned'),
	CONSTRAINT customer_account_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX customer_account_by_account ON customer_account ("company", "account");
CREATE INDEX customer_account_by_customer_id ON customer_account ("company", "customer_id");
CREATE TABLE customer_alias (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"customer_id" INTEGER NOT NULL,
	"alias" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT customer_alias_key PRIMARY KEY ("company", "id"),
	CONSTRAINT customer_alias_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX customer_alias_by_customer_id ON customer_alias ("company", "customer_id");
CREATE TABLE customer_profile (
	"company" TEXT NOT NULL,
	"customer_id" INTEGER NOT NULL,
	"customer_class" TEXT NOT NULL,
	"statement_cycle" TEXT NOT NULL,
	"auto_apply" INTEGER NOT NULL,
	"overdue_charges" INTEGER NOT NULL,
	"credit_rule" TEXT NOT NULL,
	"credit_limit" INTEGER,
	"credit_days" INTEGER,
	"consolidate_balance" INTEGER NOT NULL,
	"consolidate_statements" INTEGER NOT NULL,
	"share_credit" INTEGER NOT NULL,
	"content" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT customer_profile_key PRIMARY KEY ("company", "customer_id"),
	CONSTRAINT customer_profile_credit_limit_not_negative CHECK (credit_limit >= 0),
	CONSTRAINT customer_profile_credit_days_not_negative CHECK (credit_days >= 0),
	CONSTRAINT customer_profile_credit_rule_is_known CHECK (credit_rule = 'disabled' OR credit_rule = 'days_past_due' OR credit_rule = 'credit_limit' OR credit_rule = 'limit_and_days'),
	CONSTRAINT customer_profile_auto_apply_is_flag CHECK (auto_apply IN (0, 1)),
	CONSTRAINT customer_profile_overdue_charges_is_flag CHECK (overdue_charges IN (0, 1)),
	CONSTRAINT customer_profile_consolidate_balance_is_flag CHECK (consolidate_balance IN (0, 1)),
	CONSTRAINT customer_profile_consolidate_statements_is_flag CHECK (consolidate_statements IN (0, 1)),
	CONSTRAINT customer_profile_share_credit_is_flag CHECK (share_credit IN (0, 1))
)
 STRICT;
CREATE INDEX customer_profile_by_customer_class ON customer_profile ("company", "customer_class");
CREATE TABLE decision (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"decision_id" TEXT NOT NULL,
	"run_id" INTEGER NOT NULL,
	"bank_line_id" INTEGER NOT NULL,
	"outcome" TEXT NOT NULL,
	"tier" TEXT NOT NULL,
	"rule" TEXT NOT NULL,
	"relevance" INTEGER NOT NULL,
	"runner_up" INTEGER NOT NULL,
	"record" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT decision_key PRIMARY KEY ("company", "id"),
	CONSTRAINT decision_id_positive CHECK (id > 0)
)
 STRICT;
CREATE INDEX decision_by_bank_line_id ON decision ("company", "bank_line_id");
CREATE INDEX decision_by_decision_id ON decision ("company", "decision_id");
CREATE INDEX decision_by_run_id ON decision ("company", "run_id");
CREATE TABLE delivery (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"audit_id" INTEGER NOT NULL,
	"customer_id" INTEGER NOT NULL,
	"subscription" TEXT NOT NULL,
	"done" INTEGER NOT NULL,
	"status" INTEGER NOT NULL,
	"answer" TEXT NOT NULL,
	"actor" TEXT NOT NULL,
	"at" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT delivery_key PRIMARY KEY ("company", "id"),
	CONSTRAINT delivery_id_positive CHECK (id > 0),
	CONSTRAINT delivery_done_is_flag CHECK (done IN (0, 1))
)
 STRICT;
CREATE INDEX delivery_by_audit_id ON delivery ("company", "audit_id");
CREATE TABLE document (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"kind" TEXT NOT NULL,
	"number" TEXT NOT NULL,
	"customer_id" INTEGER,
	"branch" TEXT NOT NULL,
	"document_date" TEXT NOT NULL,
	"due_date" TEXT,
	"currency" TEXT NOT NULL,
	"amount" INTEGER NOT NULL,
	"base_amount" INTEGER NOT NULL,
	"account" TEXT NOT NULL,
	"order_number" TEXT NOT NULL,
	"external_number" TEXT NOT NULL,
	"discount_date" TEXT,
	"discount_amount" INTEGER NOT NULL,
	"disputed" INTEGER NOT NULL,
	"migrated" INTEGER NOT NULL,
	"initial_open" INTEGER NOT NULL,
	"import_id" INTEGER,
	"run_id" INTEGER,
	"decision_id" TEXT NOT NULL,
	"reverses_id" INTEGER,
	"bank_line_id" INTEGER,
	"seal" INTEGER NOT NULL,
	CONSTRAINT document_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_amount_not_negative CHECK (amount >= 0),
	CONSTRAINT document_base_amount_not_negative CHECK (base_amount >= 0),
	CONSTRAINT document_discount_not_negative CHECK (discount_amount >= 0),
	CONSTRAINT document_open_within_amount CHECK (initial_open >= 0 AND initial_open <= amount),
	CONSTRAINT document_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT document_document_date_is_date CHECK (length(document_date) = 10),
	CONSTRAINT document_due_date_is_date CHECK (length(due_date) = 10),
	CONSTRAINT document_discount_date_is_date CHECK (length(discount_date) = 10),
	CONSTRAINT document_kind_is_known CHECK (kind = 'invoice' OR kind = 'debit_note' OR kind = 'overdue_charge' OR kind = 'dunning_fee' OR kind = 'cash_sale' OR kind = 'void_payment' OR kind = 'refund' OR kind = 'small_credit_write_off' OR kind = 'credit_note' OR kind = 'cash_return' OR kind = 'payment' OR kind = 'prepayment' OR kind = 'void_refund' OR kind = 'small_balance_write_off'),
	CONSTRAINT document_id_positive CHECK (id > 0),
	CONSTRAINT document_disputed_is_flag CHECK (disputed IN (0, 1)),
	CONSTRAINT document_migrated_is_flag CHECK (migrated IN (0, 1))
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX document_by_customer_id ON document ("company", "customer_id");
CREATE INDEX document_by_discount_date ON document ("company", "discount_date") WHERE "discount_date" IS NOT NULL;
CREATE INDEX document_by_run_id ON document ("company", "run_id");
CREATE UNIQUE INDEX document_number_once ON document ("company", "number", "kind", coalesce(import_id, 0));
CREATE TABLE document_detail (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"document_id" INTEGER NOT NULL,
	"description" TEXT NOT NULL,
	"customer_reference" TEXT NOT NULL,
	"terms" TEXT NOT NULL,
	"rate" TEXT NOT NULL,
	"location" TEXT NOT NULL,
	"subaccount" TEXT NOT NULL,
	"reason_code" TEXT NOT NULL,
	"overdue_charges" INTEGER NOT NULL,
	"net" INTEGER NOT NULL,
	"vat" INTEGER NOT NULL,
	"rounding" INTEGER NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT document_detail_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_detail_document_id_once UNIQUE ("company", "document_id"),
	CONSTRAINT document_detail_id_positive CHECK (id > 0),
	CONSTRAINT document_detail_overdue_charges_is_flag CHECK (overdue_charges IN (0, 1))
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE document_line (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"document_id" INTEGER NOT NULL,
	"line" INTEGER NOT NULL,
	"description" TEXT NOT NULL,
	"quantity" TEXT NOT NULL,
	"unit_price" TEXT NOT NULL,
	"net" INTEGER NOT NULL,
	"vat_code" TEXT NOT NULL,
	"account" TEXT NOT NULL,
	"subaccount" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT document_line_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_line_document_id_line_once UNIQUE ("company", "document_id", "line"),
	CONSTRAINT document_line_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE document_link (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"document_id" INTEGER NOT NULL,
	"kind" TEXT NOT NULL,
	"other_id" INTEGER NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT document_link_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_link_kind_is_known CHECK (kind = 'corrects' OR kind = 'advance' OR kind = 'fee_of' OR kind = 'discount_of' OR kind = 'recovers'),
	CONSTRAINT document_link_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX document_link_by_document_id ON document_link ("company", "document_id");
CREATE INDEX document_link_by_other_id ON document_link ("company", "other_id");
CREATE TABLE document_mark (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"document_id" INTEGER NOT NULL,
	"kind" TEXT NOT NULL,
	"stands" INTEGER NOT NULL,
	"until" TEXT NOT NULL,
	"amount" INTEGER NOT NULL,
	"reason" TEXT NOT NULL,
	"actor" TEXT NOT NULL,
	"at" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT document_mark_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_mark_amount_not_negative CHECK (amount >= 0),
	CONSTRAINT document_mark_kind_is_known CHECK (kind = 'dispute' OR kind = 'promise' OR kind = 'no_dunning' OR kind = 'no_charges'),
	CONSTRAINT document_mark_id_positive CHECK (id > 0),
	CONSTRAINT document_mark_stands_is_flag CHECK (stands IN (0, 1))
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX document_mark_by_document_id ON document_mark ("company", "document_id");
CREATE TABLE document_reference (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"document_id" INTEGER NOT NULL,
	"kind" TEXT NOT NULL,
	"key" TEXT NOT NULL,
	"value" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT document_reference_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_reference_kind_is_known CHECK (kind = 'number' OR kind = 'payment_reference' OR kind = 'order' OR kind = 'external' OR kind = 'legacy'),
	CONSTRAINT document_reference_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX document_reference_by_document_id ON document_reference ("company", "document_id");
CREATE INDEX document_reference_by_key_document_id_kind ON document_reference ("company", "key", "document_id", "kind");
CREATE TABLE document_vat (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"document_id" INTEGER NOT NULL,
	"vat_code" TEXT NOT NULL,
	"rate" TEXT NOT NULL,
	"net" INTEGER NOT NULL,
	"vat" INTEGER NOT NULL,
	"account" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT document_vat_key PRIMARY KEY ("company", "id"),
	CONSTRAINT document_vat_document_id_vat_code_once UNIQUE ("company", "document_id", "vat_code"),
	CONSTRAINT document_vat_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE draft (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"kind" TEXT NOT NULL,
	"customer_id" INTEGER NOT NULL,
	"branch" TEXT NOT NULL,
	"document_date" TEXT NOT NULL,
	"due_date" TEXT,
	"currency" TEXT NOT NULL,
	"amount" INTEGER NOT NULL,
	"status" TEXT NOT NULL,
	"content" TEXT NOT NULL,
	"document_id" INTEGER,
	"number" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT draft_key PRIMARY KEY ("company", "id"),
	CONSTRAINT draft_amount_not_negative CHECK (amount >= 0),
	CONSTRAINT draft_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT draft_document_date_is_date CHECK (length(document_date) = 10),
	CONSTRAINT draft_due_date_is_date CHECK (length(due_date) = 10),
	CONSTRAINT draft_kind_is_known CHECK (kind = 'invoice' OR kind = 'debit_note' OR kind = 'overdue_charge' OR kind = 'dunning_fee' OR kind = 'cash_sale' OR kind = 'void_payment' OR kind = 'refund' OR kind = 'small_credit_write_off' OR kind = 'credit_note' OR kind = 'cash_return' OR kind = 'payment' OR kind = 'prepayment' OR kind = 'void_refund' OR kind = 'small_balance_write_off'),
	CONSTRAINT draft_status_is_known CHECK (status = 'hold' OR status = 'balanced' OR status = 'credit_hold' OR status = 'released' OR status = 'discarded' OR status = 'voided'),
	CONSTRAINT draft_id_positive CHECK (id > 0)
)
 STRICT;
CREATE INDEX draft_by_customer_id ON draft ("company", "customer_id");
CREATE INDEX draft_by_status ON draft ("company", "status");
CREATE TABLE exchange_rate (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"rate_type" TEXT NOT NULL,
	"currency" TEXT NOT NULL,
	"valid_from" TEXT NOT NULL,
	"rate" TEXT NOT NULL,
	"actor" TEXT NOT NULL,
	"at" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT exchange_rate_key PRIMARY KEY ("company", "id"),
	CONSTRAINT exchange_rate_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT exchange_rate_valid_from_is_date CHECK (length(valid_from) = 10),
	CONSTRAINT exchange_rate_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE former_number (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"customer_id" INTEGER NOT NULL,
	"number" TEXT NOT NULL,
	"actor" TEXT NOT NULL,
	"at" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT former_number_key PRIMARY KEY ("company", "id"),
	CONSTRAINT former_number_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX former_number_by_customer_id ON former_number ("company", "customer_id");
CREATE INDEX former_number_by_number ON former_number ("company", "number");
CREATE TABLE import_file (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"kind" TEXT NOT NULL,
	"file_name" TEXT NOT NULL,
	"sha256" TEXT NOT NULL,
	"format" TEXT NOT NULL,
	"message_id" TEXT NOT NULL,
	"rows" INTEGER NOT NULL,
	"receipt" TEXT NOT NULL,
	"actor" TEXT NOT NULL,
	"reason" TEXT NOT NULL,
	"withdraws_id" INTEGER,
	"at" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT import_file_key PRIMARY KEY ("company", "id"),
	CONSTRAINT import_file_rows_not_negative CHECK ("rows" >= 0),
	CONSTRAINT import_file_kind_is_known CHECK (kind = 'bank' OR kind = 'customers' OR kind = 'open_items' OR kind = 'withdrawal'),
	CONSTRAINT import_file_id_positive CHECK (id > 0),
	CONSTRAINT import_file_withdraws_id_exists FOREIGN KEY("company", "withdraws_id") REFERENCES import_file ("company", "id") DEFERRABLE INITIALLY DEFERRED
)
 STRICT;
CREATE INDEX import_file_by_sha256 ON import_file ("company", "sha256");
CREATE TABLE journal_entry (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"series" TEXT NOT NULL,
	"number" TEXT NOT NULL,
	"entry_date" TEXT NOT NULL,
	"text" TEXT NOT NULL,
	"run_id" INTEGER NOT NULL,
	"decision_id" TEXT NOT NULL,
	"reverses_id" INTEGER,
	"seal" INTEGER NOT NULL,
	CONSTRAINT journal_entry_key PRIMARY KEY ("company", "id"),
	CONSTRAINT journal_entry_series_number_once UNIQUE ("company", "series", "number"),
	CONSTRAINT journal_entry_entry_date_is_date CHECK (length(entry_date) = 10),
	CONSTRAINT journal_entry_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX journal_entry_by_run_id ON journal_entry ("company", "run_id");
CREATE TABLE journal_line (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"entry_id" INTEGER NOT NULL,
	"line" INTEGER NOT NULL,
	"account" TEXT NOT NULL,
	"role" TEXT NOT NULL,
	"currency" TEXT NOT NULL,
	"amount" INTEGER NOT NULL,
	"base_amount" INTEGER NOT NULL,
	"customer_id" INTEGER,
	"document_id" INTEGER,
	"seal" INTEGER NOT NULL,
	CONSTRAINT journal_line_key PRIMARY KEY ("company", "id"),
	CONSTRAINT journal_line_entry_id_line_once UNIQUE ("company", "entry_id", "line"),
	CONSTRAINT journal_line_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT journal_line_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE ledger (
	"company" TEXT NOT NULL,
	"revision" INTEGER NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT ledger_key PRIMARY KEY ("company"),
	CONSTRAINT ledger_revision_positive CHECK (revision > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE note (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"subject" TEXT NOT NULL,
	"kind" TEXT NOT NULL,
	"text" TEXT NOT NULL,
	"due_on" TEXT NOT NULL,
	"owner" TEXT NOT NULL,
	"file_name" TEXT NOT NULL,
	"sha256" TEXT NOT NULL,
	"content" TEXT NOT NULL,
	"closes_id" INTEGER,
	"actor" TEXT NOT NULL,
	"at" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT note_key PRIMARY KEY ("company", "id"),
	CONSTRAINT note_kind_is_known CHECK (kind = 'note' OR kind = 'task' OR kind = 'event' OR kind = 'email' OR kind = 'call'),
	CONSTRAINT note_id_positive CHECK (id > 0)
)
 STRICT;
CREATE INDEX note_by_subject ON note ("company", "subject");
CREATE TABLE open_item (
	"company" TEXT NOT NULL,
	"document_id" INTEGER NOT NULL,
	"customer_id" INTEGER,
	"kind" TEXT NOT NULL,
	"currency" TEXT NOT NULL,
	"open_amount" INTEGER NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT open_item_key PRIMARY KEY ("company", "document_id"),
	CONSTRAINT open_item_open_amount_positive CHECK (open_amount > 0),
	CONSTRAINT open_item_currency_is_code CHECK (length(currency) = 3)
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX open_item_by_customer_id ON open_item ("company", "customer_id");
CREATE INDEX open_item_by_open_amount ON open_item ("company", "open_amount");
CREATE TABLE open_order (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"number" TEXT NOT NULL,
	"customer_id" INTEGER NOT NULL,
	"currency" TEXT NOT NULL,
	"amount" INTEGER NOT NULL,
	"on_hold" INTEGER NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT open_order_key PRIMARY KEY ("company", "id"),
	CONSTRAINT open_order_number_once UNIQUE ("company", "number"),
	CONSTRAINT open_order_amount_not_negative CHECK (amount >= 0),
	CONSTRAINT open_order_currency_is_code CHECK (length(currency) = 3),
	CONSTRAINT open_order_id_positive CHECK (id > 0),
	CONSTRAINT open_order_on_hold_is_flag CHECK (on_hold IN (0, 1))
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX open_order_by_customer_id ON open_order ("company", "customer_id");
CREATE TABLE pack_text (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"pack_hash" TEXT NOT NULL,
	"content" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT pack_text_key PRIMARY KEY ("company", "id"),
	CONSTRAINT pack_text_pack_hash_once UNIQUE ("company", "pack_hash"),
	CONSTRAINT pack_text_id_positive CHECK (id > 0)
)
 STRICT;
CREATE TABLE period_lock (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"period" TEXT NOT NULL,
	"state" TEXT NOT NULL,
	"actor" TEXT NOT NULL,
	"reason" TEXT NOT NULL,
	"at" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT period_lock_key PRIMARY KEY ("company", "id"),
	CONSTRAINT period_lock_period_is_month CHECK (length(period) = 7),
	CONSTRAINT period_lock_state_is_known CHECK (state = 'open' OR state = 'soft' OR state = 'hard'),
	CONSTRAINT period_lock_id_positive CHECK (id > 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE run (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"kind" TEXT NOT NULL,
	"plan_id" TEXT NOT NULL,
	"as_of" TEXT NOT NULL,
	"pack_hash" TEXT NOT NULL,
	"engine_version" TEXT NOT NULL,
	"actor" TEXT NOT NULL,
	"reason" TEXT NOT NULL,
	"reverses_id" INTEGER,
	"at" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT run_key PRIMARY KEY ("company", "id"),
	CONSTRAINT run_kind_is_known CHECK (kind = 'match' OR kind = 'resolve' OR kind = 'undo' OR kind = 'release' OR kind = 'documents' OR kind = 'applications' OR kind = 'write_offs' OR kind = 'credit_losses' OR kind = 'voids' OR kind = 'revaluation' OR kind = 'reclassification' OR kind = 'expected_losses' OR kind = 'doubtful'),
	CONSTRAINT run_id_positive CHECK (id > 0),
	CONSTRAINT run_reverses_id_exists FOREIGN KEY("company", "reverses_id") REFERENCES run ("company", "id") DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX run_by_plan_id ON run ("company", "plan_id");
CREATE TABLE series_counter (
	"company" TEXT NOT NULL,
	"series" TEXT NOT NULL,
	"row" TEXT NOT NULL,
	"last_number" TEXT NOT NULL,
	"taken" INTEGER NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT series_counter_key PRIMARY KEY ("company", "series", "row"),
	CONSTRAINT series_counter_taken_not_negative CHECK (taken >= 0)
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE step (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"step_id" TEXT NOT NULL,
	"run_id" INTEGER NOT NULL,
	"subject" TEXT NOT NULL,
	"record" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT step_key PRIMARY KEY ("company", "id"),
	CONSTRAINT step_id_positive CHECK (id > 0)
)
 STRICT;
CREATE INDEX step_by_run_id ON step ("company", "run_id");
CREATE INDEX step_by_step_id ON step ("company", "step_id");
CREATE INDEX step_by_subject ON step ("company", "subject");
CREATE TABLE table_seal (
	"company" TEXT NOT NULL,
	"table_name" TEXT NOT NULL,
	"rows" INTEGER NOT NULL,
	"last_id" INTEGER NOT NULL,
	"total" INTEGER NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT table_seal_key PRIMARY KEY ("company", "table_name")
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE transfer (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"number" TEXT NOT NULL,
	"first_entry_id" INTEGER NOT NULL,
	"last_entry_id" INTEGER NOT NULL,
	"company_name" TEXT NOT NULL,
	"org_number" TEXT NOT NULL,
	"summarised" INTEGER NOT NULL,
	"actor" TEXT NOT NULL,
	"at" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT transfer_key PRIMARY KEY ("company", "id"),
	CONSTRAINT transfer_number_once UNIQUE ("company", "number"),
	CONSTRAINT transfer_first_entry_id_once UNIQUE ("company", "first_entry_id"),
	CONSTRAINT transfer_entries_in_order CHECK (first_entry_id <= last_entry_id),
	CONSTRAINT transfer_id_positive CHECK (id > 0),
	CONSTRAINT transfer_summarised_is_flag CHECK (summarised IN (0, 1))
)
 WITHOUT ROWID,
 STRICT;
CREATE TABLE statement (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"import_id" INTEGER NOT NULL,
	"cash_account" TEXT NOT NULL,
	"kind" TEXT NOT NULL,
	"statement_id" TEXT NOT NULL,
	"sequence" TEXT NOT NULL,
	"page" INTEGER NOT NULL,
	"booking_date" TEXT NOT NULL,
	"currency" TEXT NOT NULL,
	"opening" INTEGER,
	"closing" INTEGER,
	"total" INTEGER NOT NULL,
	"carries_money" INTEGER NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT statement_key PRIMARY KEY ("company", "id"),
	CONSTRAINT statement_kind_is_known CHECK (kind = 'statement' OR kind = 'report' OR kind = 'details'),
	CONSTRAINT statement_id_positive CHECK (id > 0),
	CONSTRAINT statement_carries_money_is_flag CHECK (carries_money IN (0, 1)),
	CONSTRAINT statement_import_id_exists FOREIGN KEY("company", "import_id") REFERENCES import_file ("company", "id") DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID,
 STRICT;
CREATE INDEX statement_by_import_id ON statement ("company", "import_id");
CREATE TABLE transfer_receipt (
	"company" TEXT NOT NULL,
	"id" INTEGER NOT NULL,
	"transfer_id" INTEGER NOT NULL,
	"reference" TEXT NOT NULL,
	"actor" TEXT NOT NULL,
	"at" TEXT NOT NULL,
	"seal" INTEGER NOT NULL,
	CONSTRAINT transfer_receipt_key PRIMARY KEY ("company", "id"),
	CONSTRAINT transfer_receipt_id_positive CHECK (id > 0),
	CONSTRAINT transfer_receipt_transfer_id_exists FOREIGN KEY("company", "transfer_id") REFERENCES transfer ("company", "id") DEFERRABLE INITIALLY DEFERRED
)
 WITHOUT ROWID,
 STRICT;
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 VALUES ('customer', 'customer', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('customer', 'sqlite_autoindex_customer_2', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('customer', 'customer_by_parent_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('customer_profile', 'sqlite_autoindex_customer_profile_1', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('customer_profile', 'customer_profile_by_customer_class', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('customer_account', 'customer_account', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('customer_account', 'customer_account_by_account', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('customer_account', 'customer_account_by_customer_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('customer_alias', 'customer_alias', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('customer_alias', 'customer_alias_by_customer_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('draft', 'sqlite_autoindex_draft_1', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('draft', 'draft_by_customer_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('draft', 'draft_by_status', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('open_order', 'open_order', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('open_order', 'sqlite_autoindex_open_order_2', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('open_order', 'open_order_by_customer_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('import_file', 'sqlite_autoindex_import_file_1', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('import_file', 'import_file_by_sha256', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('statement', 'statement', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('statement', 'statement_by_import_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('bank_line', 'sqlite_autoindex_bank_line_1', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('bank_line', 'bank_line_by_booking_date', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('bank_line', 'bank_line_by_import_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('bank_line', 'bank_line_by_source_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('document', 'document', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('document', 'document_by_customer_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('document', 'document_by_discount_date', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('document', 'document_by_run_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('document', 'document_number_once', '1000000 1000000 10 10');
INSERT INTO sqlite_stat1 VALUES ('document_detail', 'document_detail', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('document_detail', 'sqlite_autoindex_document_detail_2', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('document_line', 'document_line', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('document_line', 'sqlite_autoindex_document_line_2', '1000000 1000000 10 10');
INSERT INTO sqlite_stat1 VALUES ('document_vat', 'document_vat', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('document_vat', 'sqlite_autoindex_document_vat_2', '1000000 1000000 10 10');
INSERT INTO sqlite_stat1 VALUES ('document_link', 'document_link', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('document_link', 'document_link_by_document_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('document_link', 'document_link_by_other_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('document_mark', 'document_mark', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('document_mark', 'document_mark_by_document_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('document_reference', 'document_reference', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('document_reference', 'document_reference_by_document_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('document_reference', 'document_reference_by_key_document_id_kind', '1000000 1000000 10 10 10');
INSERT INTO sqlite_stat1 VALUES ('application', 'application', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('application', 'application_by_run_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('application', 'application_by_source_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('application', 'application_by_target_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('journal_entry', 'journal_entry', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('journal_entry', 'sqlite_autoindex_journal_entry_2', '1000000 1000000 10 10');
INSERT INTO sqlite_stat1 VALUES ('journal_entry', 'journal_entry_by_run_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('journal_line', 'journal_line', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('journal_line', 'sqlite_autoindex_journal_line_2', '1000000 1000000 10 10');
INSERT INTO sqlite_stat1 VALUES ('exchange_rate', 'exchange_rate', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('period_lock', 'period_lock', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('transfer', 'transfer', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('transfer', 'sqlite_autoindex_transfer_2', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('transfer', 'sqlite_autoindex_transfer_3', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('transfer_receipt', 'transfer_receipt', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('run', 'run', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('run', 'run_by_plan_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('decision', 'sqlite_autoindex_decision_1', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('decision', 'decision_by_bank_line_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('decision', 'decision_by_decision_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('decision', 'decision_by_run_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('step', 'sqlite_autoindex_step_1', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('step', 'step_by_run_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('step', 'step_by_step_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('step', 'step_by_subject', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('note', 'sqlite_autoindex_note_1', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('note', 'note_by_subject', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('former_number', 'former_number', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('former_number', 'former_number_by_customer_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('former_number', 'former_number_by_number', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('audit', 'sqlite_autoindex_audit_1', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('audit', 'audit_by_subject', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('delivery', 'sqlite_autoindex_delivery_1', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('delivery', 'delivery_by_audit_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('pack_text', 'sqlite_autoindex_pack_text_1', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('pack_text', 'sqlite_autoindex_pack_text_2', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('open_item', 'open_item', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('open_item', 'open_item_by_customer_id', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('open_item', 'open_item_by_open_amount', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('bank_line_state', 'bank_line_state', '1000000 500000 1');
INSERT INTO sqlite_stat1 VALUES ('bank_line_state', 'bank_line_state_by_state', '1000000 1000000 10');
INSERT INTO sqlite_stat1 VALUES ('series_counter', 'series_counter', '1000000 500000 1');
