//! The inventory of forms of a home and a tenant.

use super::{Error, Home, MISSING_FILE};
use crate::diag::{Diagnostic, Findings};
use crate::schedule::REGISTER_WRONG;
use crate::schedule::inventory::{Counts, Inventory, Register};

/// The register of notices of a home.
const REGISTER: &str = "forms/inventory.toml";

/// A register, and what its volumes are counted from.
#[derive(Debug)]
pub struct InventoryOf {
    /// The register.
    pub register: Register,
    /// The municipality's counts.
    pub counts: Counts,
    /// What the inventory is called.
    pub title: String,
}

impl InventoryOf {
    /// The inventory itself.
    #[must_use]
    pub fn inventory(&self) -> Inventory<'_> {
        Inventory::of(&self.register, self.counts, &|_| None)
    }

    /// As a workbook.
    ///
    /// # Errors
    /// When a text of the register is longer than a cell of a workbook can be.
    pub fn xlsx(&self) -> Result<Vec<u8>, Error> {
        self.inventory().xlsx(&self.title).map_err(|error| {
            let place = crate::diag::Place::file(REGISTER);
            Error::Configuration(
                Diagnostic::error(REGISTER_WRONG, error.to_string()).at(place).into(),
            )
        })
    }
}

/// Whose inventory it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct InventoryOptions<'a> {
    /// A tenant of the home; its population is taken where no other is given.
    pub tenant: Option<&'a str>,
    /// Inhabitants.
    pub population: Option<u64>,
    /// Households.
    pub households: Option<u64>,
    /// Staff.
    pub employees: Option<u64>,
}

/// Reads the register of a home for a tenant, or for as many inhabitants as are named (10,000 without either).
///
/// # Errors
/// [`Error::Configuration`] when register or tenant are missing or wrong, or name a form that is not there.
pub fn inventory(home: &Home, options: InventoryOptions<'_>) -> Result<InventoryOf, Error> {
    let text = super::store::read_text(&home.path(REGISTER))?.ok_or_else(|| {
        let message = format!("`{REGISTER}` is missing from the home");
        Error::Configuration(Diagnostic::error(MISSING_FILE, message).into())
    })?;
    let register = Register::read(&text, REGISTER).map_err(Error::Configuration)?;
    let forms = home.forms()?;
    let named = register.business.iter().flat_map(|business| &business.notice);
    let unknown = named.filter_map(|notice| notice.form.as_deref());
    let unknown = unknown.filter(|form| !forms.iter().any(|known| known.id == **form));
    let mut findings = Findings::new();
    for form in unknown {
        let message = format!("the register names the form `{form}`, which is not in the home");
        let place = crate::diag::Place::file(REGISTER);
        findings.push(Diagnostic::error(REGISTER_WRONG, message).at(place));
    }
    if !findings.is_empty() {
        return Err(Error::Configuration(findings));
    }
    let tenant = options.tenant.map(|id| home.tenant(id)).transpose()?;
    let population = options.population.or(tenant.as_ref().map(|tenant| tenant.population.into()));
    let counts = Counts {
        population: population.unwrap_or(10_000),
        households: options.households,
        employees: options.employees,
    };
    let whose = tenant.map_or_else(|| format!("人口{}人", counts.population), |tenant| tenant.name);
    Ok(InventoryOf { register, counts, title: format!("帳票一覧（{whose}）") })
}
