"""A vault: the Recovery Services vault that keeps the backups of one region's VMs.

In Azure's world: `Microsoft.RecoveryServices/vaults`, created asynchronously, named once per resource group.
In ours: a row that exists from the moment somebody asks for it (`creating`) and is `ready` when Azure has it; its jobs
are followed by one watch row.
"""
