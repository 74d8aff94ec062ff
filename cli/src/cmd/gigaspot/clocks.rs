//! What the GPU flags ask of each GPU of a server, checked against the ranges in the snapshot before anything is sent.

use crate::args::ClockArgs;
use crate::exit::{Exit, Failure};
use clore_core::model::gigaspot::GigaspotGpu;
use clore_core::model::{GigaspotServer, GpuOverclock, StandingBid};
use core::ops::RangeInclusive;

/// What the GPUs are to draw where no flag says it.
pub enum PowerDefault<'a> {
    /// The highest that each may draw.
    Highest,
    /// What this bid has.
    AsBid(&'a StandingBid),
}

/// One setting per GPU of the server.
pub fn overclocks(
    server: &GigaspotServer,
    args: &ClockArgs,
    default: &PowerDefault<'_>,
) -> Result<Vec<GpuOverclock>, Failure> {
    let gpus = server.gpus.as_deref().filter(|gpus| !gpus.is_empty()).ok_or_else(|| {
        let message =
            format!("the snapshot does not tell the GPUs of server {}; nothing was sent", server.id);
        Failure::new(Exit::Failed, "gpus_unknown", message)
    })?;
    let flags = Flags { server, gpus };
    let power = flags.spread("--power-limit", &args.power_limits)?;
    let core_lock = flags.spread("--core-lock", &args.core_locks)?;
    let mem_lock = flags.spread("--mem-lock", &args.mem_locks)?;
    let core_offset = flags.spread("--core-offset", &args.core_offsets)?;
    let mem_offset = flags.spread("--mem-offset", &args.mem_offsets)?;
    let usual = if args.power_limits.is_empty() { flags.usual(default)? } else { Vec::new() };
    let mut all = Vec::new();
    for (at, gpu) in gpus.iter().enumerate() {
        let given = power.get(at).copied().flatten();
        let Some(watts) = given.or(usual.get(at).copied()) else { return Err(flags.no_power(at)) };
        flags.check(at, "--power-limit", "W", given.map(i64::from), gpu.power_limit.as_ref())?;
        let mut overclock = GpuOverclock::new(watts);
        overclock.core_lock = core_lock.get(at).copied().flatten();
        overclock.mem_lock = mem_lock.get(at).copied().flatten();
        overclock.core_offset = core_offset.get(at).copied().flatten();
        overclock.mem_offset = mem_offset.get(at).copied().flatten();
        let locks = [
            ("--core-lock", overclock.core_lock, &gpu.core_lock),
            ("--mem-lock", overclock.mem_lock, &gpu.mem_lock),
        ];
        for (flag, value, range) in locks {
            flags.check(at, flag, "MHz", value.map(i64::from), range.as_ref())?;
        }
        let offsets = [
            ("--core-offset", overclock.core_offset, &gpu.core_offset),
            ("--mem-offset", overclock.mem_offset, &gpu.mem_offset),
        ];
        for (flag, value, range) in offsets {
            flags.check(at, flag, "MHz", value.map(i64::from), range.as_ref())?;
        }
        all.push(overclock);
    }
    Ok(all)
}

/// `70 W`, or `70, 80 W` where GPUs differ.
pub fn watts(overclocks: &[GpuOverclock]) -> String {
    let mut limits: Vec<String> = overclocks.iter().map(|gpu| gpu.power_limit.to_string()).collect();
    limits.dedup();
    let each = if overclocks.len() > 1 && limits.len() == 1 { " for each GPU" } else { "" };
    format!("{} W{each}", limits.join(", "))
}

struct Flags<'a> {
    server: &'a GigaspotServer,
    gpus: &'a [GigaspotGpu],
}

impl Flags<'_> {
    /// One value per GPU: none, the same for all, or one for each.
    fn spread<T: Copy>(&self, flag: &str, given: &[T]) -> Result<Vec<Option<T>>, Failure> {
        match given {
            [] => Ok(vec![None; self.gpus.len()]),
            [one] => Ok(vec![Some(*one); self.gpus.len()]),
            all if all.len() == self.gpus.len() => Ok(all.iter().copied().map(Some).collect()),
            all => Err(Failure::usage(format!(
                "{flag} is given {} times and server {} has {} GPUs, so nothing was sent; give it once for all of \
                 them, or once for each",
                all.len(),
                self.server.id,
                self.gpus.len()
            ))),
        }
    }

    fn check(
        &self,
        at: usize,
        flag: &str,
        unit: &str,
        value: Option<i64>,
        range: Option<&RangeInclusive<i64>>,
    ) -> Result<(), Failure> {
        match (value, range) {
            (Some(value), Some(range)) if !range.contains(&value) => Err(Failure::usage(format!(
                "{flag} {value}: GPU {} of server {} takes {} to {} {unit}; nothing was sent",
                at.saturating_add(1),
                self.server.id,
                range.start(),
                range.end()
            ))),
            _ => Ok(()),
        }
    }

    fn no_power(&self, at: usize) -> Failure {
        Failure::usage(format!(
            "the snapshot does not tell what GPU {} of server {} is to draw, so nothing was sent; give --power-limit \
             WATTS",
            at.saturating_add(1),
            self.server.id
        ))
    }

    fn usual(&self, default: &PowerDefault<'_>) -> Result<Vec<u32>, Failure> {
        match default {
            PowerDefault::Highest => {
                let highest = |(at, gpu): (usize, &GigaspotGpu)| {
                    let most = gpu.power_limit.as_ref().and_then(|range| u32::try_from(*range.end()).ok());
                    most.filter(|watts| *watts > 0).ok_or_else(|| self.no_power(at))
                };
                self.gpus.iter().enumerate().map(highest).collect()
            }
            PowerDefault::AsBid(bid) => self.of_bid(bid).ok_or_else(|| {
                Failure::usage(format!(
                    "what the GPUs of server {} draw cannot be read from your bid, so nothing was sent; give \
                     --power-limit WATTS",
                    self.server.id
                ))
            }),
        }
    }

    /// What the snapshot's one number means: the limit of one GPU or of all together is not documented, so it counts
    /// only where a single reading of it fits the ranges.
    fn of_bid(&self, bid: &StandingBid) -> Option<Vec<u32>> {
        let told = bid.power_limit.and_then(|watts| u32::try_from(watts).ok()).filter(|watts| *watts > 0)?;
        let count = u32::try_from(self.gpus.len()).ok()?;
        if count == 1 {
            return Some(vec![told]);
        }
        let fits = |watts: u32| {
            self.gpus
                .iter()
                .all(|gpu| gpu.power_limit.as_ref().is_some_and(|range| range.contains(&i64::from(watts))))
        };
        let highest: Option<Vec<u32>> = self
            .gpus
            .iter()
            .map(|gpu| gpu.power_limit.as_ref().and_then(|range| u32::try_from(*range.end()).ok()))
            .collect();
        let same = self
            .gpus
            .iter()
            .all(|gpu| Some(&gpu.power_limit) == self.gpus.first().map(|gpu| &gpu.power_limit));
        let shared =
            told.checked_div(count).filter(|_| same && told.is_multiple_of(count)).filter(|one| fits(*one));
        let sum = highest.as_ref().map(|all| all.iter().copied().fold(0_u32, u32::saturating_add));
        match (fits(told), shared) {
            (true, None) if sum != Some(told) => Some(vec![told; self.gpus.len()]),
            (false, Some(one)) => Some(vec![one; self.gpus.len()]),
            // Unequal GPUs, all of them at their highest.
            (false, None) if sum == Some(told) => highest,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clore_core::model::ServerId;

    fn server(gpus: &str) -> GigaspotServer {
        GigaspotServer::decode(ServerId::new(5), format!(r#"{{"gpus":[{gpus}]}}"#).as_bytes()).unwrap()
    }

    const SMALL: &str = r#"{"model":"A","pl":[70,100],"mem_offset":[-50,50],"core_lock":[300,1400]}"#;
    const LARGE: &str = r#"{"model":"B","pl":[150,300]}"#;

    fn limits(result: Result<Vec<GpuOverclock>, Failure>) -> Vec<u32> {
        result.unwrap().iter().map(|gpu| gpu.power_limit).collect()
    }

    fn bid(watts: u64) -> StandingBid {
        StandingBid::decode(format!(r#"{{"id":1,"pl":{watts}}}"#).as_bytes()).unwrap()
    }

    #[test]
    fn without_a_flag_each_gpu_draws_the_highest_it_may() {
        let (two, none) = (server(&format!("{SMALL},{LARGE}")), ClockArgs::default());
        assert_eq!(limits(overclocks(&two, &none, &PowerDefault::Highest)), [100, 300]);
        let failure = overclocks(&server("{}"), &none, &PowerDefault::Highest).unwrap_err();
        assert!(
            failure.exit == Exit::Usage && failure.message.contains("--power-limit"),
            "{}",
            failure.message
        );
        let failure = overclocks(&server(""), &none, &PowerDefault::Highest).unwrap_err();
        assert_eq!(failure.kind, "gpus_unknown");
    }

    #[test]
    fn a_flag_counts_for_all_or_for_each_and_is_held_to_the_ranges() {
        let two = server(&format!("{SMALL},{SMALL}"));
        let power = |limits: &[u32]| ClockArgs { power_limits: limits.to_vec(), ..ClockArgs::default() };
        let read = |args: &ClockArgs| overclocks(&two, args, &PowerDefault::Highest);
        assert_eq!(limits(read(&power(&[80]))), [80, 80]);
        assert_eq!(limits(read(&power(&[70, 100]))), [70, 100]);
        for (args, part) in [
            (power(&[80, 80, 80]), "is given 3 times"),
            (power(&[80, 101]), "--power-limit 101: GPU 2 of server 5 takes 70 to 100 W"),
            (power(&[0]), "takes 70 to 100 W"),
            (ClockArgs { mem_offsets: vec![-51], ..power(&[80]) }, "--mem-offset -51: GPU 1"),
            (ClockArgs { core_locks: vec![299], ..power(&[80]) }, "--core-lock 299"),
        ] {
            let failure = read(&args).unwrap_err();
            assert!(failure.exit == Exit::Usage && failure.message.contains(part), "{}", failure.message);
        }
        let set = read(&ClockArgs { mem_offsets: vec![-50, 50], ..power(&[80]) }).unwrap();
        assert_eq!((set[0].mem_offset, set[1].mem_offset, set[0].core_lock), (Some(-50), Some(50), None));
    }

    #[test]
    fn the_number_of_a_bid_counts_only_where_one_reading_of_it_fits() {
        let read = |gpus: &str, watts: u64| {
            let (server, bid) = (server(gpus), bid(watts));
            overclocks(&server, &ClockArgs::default(), &PowerDefault::AsBid(&bid))
                .map(|all| all.iter().map(|gpu| gpu.power_limit).collect::<Vec<_>>())
        };
        assert_eq!(read(SMALL, 90).unwrap(), [90]);
        let two = format!("{SMALL},{SMALL}");
        assert_eq!(read(&two, 90).unwrap(), [90, 90], "of one GPU");
        assert_eq!(read(&two, 180).unwrap(), [90, 90], "of both");
        assert_eq!(read(&format!("{SMALL},{LARGE}"), 400).unwrap(), [100, 300], "both at their highest");
        assert!(read(&format!("{SMALL},{LARGE}"), 390).is_err());
        let wide = r#"{"pl":[50,200]}"#;
        assert!(read(&format!("{wide},{wide}"), 120).is_err(), "of one or of both");
        assert!(read(&two, 0).is_err());
    }

    #[test]
    fn watts_are_shown_once_where_they_are_the_same() {
        assert_eq!(watts(&[GpuOverclock::new(90)]), "90 W");
        assert_eq!(watts(&[GpuOverclock::new(90), GpuOverclock::new(90)]), "90 W for each GPU");
        assert_eq!(watts(&[GpuOverclock::new(90), GpuOverclock::new(80)]), "90, 80 W");
    }
}
