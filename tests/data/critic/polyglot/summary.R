library(stats)

summarise <- function(values, trim = 0) {
  if (length(values) == 0) {
    return(NULL)
  }
  list(mean = mean(values, trim = trim), sd = sd(values))
}

people <- data.frame(name = c("Ann", "Bo"), age = c(31, 45))
for (name in people$name) {
  age <- people[people$name == name, "age"]
  cat(name, "is", age, "\n")
}
print(summarise(people$age))
